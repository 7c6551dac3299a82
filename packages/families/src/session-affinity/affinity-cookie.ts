/** The attributes of an affinity cookie. HttpOnly always stands. */
export interface AffinityCookie {
  readonly name: string;
  readonly path: string;
  readonly domain?: string;
  /** Seconds. */
  readonly maxAge?: number;
  /** Seconds from now. */
  readonly expires?: number;
  readonly sameSite?: 'None' | 'Lax' | 'Strict';
  /** Also where the client came without TLS; with TLS the cookie is always Secure. */
  readonly secure?: boolean;
  /** Leaves `SameSite=None` out for browsers that take it for Strict. */
  readonly conditionalSameSiteNone?: boolean;
}

/** What the response that sets a cookie answers to. */
export interface CookieOccasion {
  readonly isTls: boolean;
  readonly userAgent?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A Set-Cookie value. `value` must be one a balancer made. */
export function formatAffinityCookie(cookie: AffinityCookie, value: string, { isTls, userAgent = '', now }: CookieOccasion): string {
  const { name, path, domain, maxAge, expires, sameSite, secure = false, conditionalSameSiteNone = false } = cookie;
  const omitsSameSite = sameSite === 'None' && conditionalSameSiteNone && rejectsSameSiteNone(userAgent);
  const parts = [`${name}=${value}`];
  if (expires !== undefined) parts.push(`Expires=${formatCookieDate(now + expires * 1000)}`);
  if (maxAge !== undefined) parts.push(`Max-Age=${maxAge}`);
  if (domain !== undefined) parts.push(`Domain=${domain}`);
  parts.push(`Path=${path}`);
  if (secure || isTls) parts.push('Secure');
  parts.push('HttpOnly');
  if (sameSite !== undefined && !omitsSameSite) parts.push(`SameSite=${sameSite}`);
  return parts.join('; ');
}

/** The first value of a cookie in a Cookie header, without quotes; `undefined` when it is not there. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    return pair
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}

/** The dashed date with a two-digit year that ingress-nginx writes: `Thu, 01-Jan-70 00:00:01 GMT`. */
function formatCookieDate(time: number): string {
  // The largest date there is, so that a huge number of seconds stays a date.
  const date = new Date(Math.min(time, 8.64e15));
  const [day, month] = [date.getUTCDay(), date.getUTCMonth()];
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${dayNames[day]}, ${two(date.getUTCDate())}-${monthNames[month]}-${two(date.getUTCFullYear() % 100)} ${clock} GMT`;
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Chrome 50–69, every browser of iOS 12, and Safari on macOS 10.14 (ingress-nginx.md §8.2). */
function rejectsSameSiteNone(userAgent: string): boolean {
  if (/Chrome\/[456][0-9][.]/.test(userAgent)) return true;
  if (/(?:iPhone|iPad);.* OS 12[_.]/.test(userAgent)) return true;
  return /Macintosh;.* Mac OS X 10_14/.test(userAgent) && /Safari/.test(userAgent) && !/Chrom(?:e|ium)/.test(userAgent);
}

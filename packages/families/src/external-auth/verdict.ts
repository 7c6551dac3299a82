import type { Exchange, Outcome, UpstreamAnswer } from '@ingresskit/annotations';
import { isFieldValue } from '@ingresskit/annotations';
import type { ExternalAuthPolicy } from './policy.ts';
import { signInLocation } from './sign-in.ts';

/** The statuses with which nginx adds headers that are not meant for all. */
const cookieStatuses: readonly number[] = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];
/** The service's cookies of requests whose final status is not known yet. */
const waitingCookies = new WeakMap<Exchange, readonly string[]>();

/** What the answer of the service means for the request. */
export function verdictOn(policy: ExternalAuthPolicy, exchange: Exchange, answer: unknown): Outcome | undefined {
  if (!isAnswer(answer)) return { kind: 'deny', why: 'the authentication service could not be asked' };
  const { status } = answer;
  const cookies = valuesOf(answer, 'set-cookie').filter(isFieldValue);
  if (policy.alwaysSetCookie) for (const cookie of cookies) exchange.appendResponseHeader('set-cookie', cookie);
  // With connections of their own nginx asks by a script, which takes 200 alone for a yes (ingress-nginx.md §3.2).
  const { keepalive } = policy;
  if (keepalive === undefined || keepalive.off !== undefined ? status >= 200 && status < 300 : status === 200) {
    exchange.note(`the authentication service answers ${status}`);
    exchange.grantAccess();
    passHeadersOn(policy, exchange, answer);
    if (!policy.alwaysSetCookie && cookies.length > 0) waitingCookies.set(exchange, cookies);
    return undefined;
  }
  if (status === 401 && policy.signin !== undefined) {
    const location = signInLocation(policy.signin, policy.signinRedirectParam, exchange);
    if (location !== undefined) {
      if (!policy.alwaysSetCookie) for (const cookie of cookies) exchange.appendResponseHeader('set-cookie', cookie);
      return { kind: 'redirect', status: 302, location };
    }
  }
  if (status === 401 || status === 403) {
    exchange.note(`the authentication service answers ${status}`);
    const challenge = valuesOf(answer, 'www-authenticate').filter(isFieldValue).join(', ');
    return { kind: 'respond', status, ...(status === 401 && challenge !== '' ? { headers: { 'www-authenticate': challenge } } : {}) };
  }
  exchange.note(`the authentication service answers ${status}, which is neither yes nor no`);
  return { kind: 'respond', status: 500 };
}

/** The cookies that wait for a status they may go with. */
export function setWaitingCookies(exchange: Exchange, status: number): void {
  if (!cookieStatuses.includes(status)) return;
  for (const cookie of waitingCookies.get(exchange) ?? []) exchange.appendResponseHeader('set-cookie', cookie);
}

function passHeadersOn({ responseHeaders }: ExternalAuthPolicy, exchange: Exchange, answer: UpstreamAnswer): void {
  for (const name of responseHeaders) {
    const value = valuesOf(answer, name).join(', ');
    // Without a value of the service the client's own must not pass for one.
    if (value === '' || !isFieldValue(value)) exchange.removeRequestHeader(name);
    else exchange.setRequestHeader(name, value);
  }
}

function isAnswer(answer: unknown): answer is UpstreamAnswer {
  const status = typeof answer === 'object' && answer !== null ? (answer as Partial<UpstreamAnswer>).status : undefined;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

function valuesOf({ headers = {} }: UpstreamAnswer, name: string): readonly string[] {
  return Object.keys(headers)
    .filter((key) => key.toLowerCase() === name)
    .flatMap((key) => headers[key] ?? []);
}

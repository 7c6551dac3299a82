/** The first query parameter of a name in lower case, undecoded, its name compared in any case as nginx does; `''` where there is none. */
export function queryValueOf(query: string | undefined, name: string): string {
  return query === undefined ? '' : (pairValue(query, '&', name) ?? '');
}

/** The first cookie of a name in lower case, its name compared in any case as nginx does; `''` where there is none. */
export function cookieOf(cookies: string | undefined, name: string): string {
  return cookies === undefined ? '' : (pairValue(cookies, ';', name) ?? '');
}

function pairValue(text: string, separator: string, name: string): string | undefined {
  for (const item of text.split(separator)) {
    const equals = item.indexOf('=');
    if (equals >= 0 && item.slice(0, equals).trim().toLowerCase() === name) return item.slice(equals + 1).trim();
  }
  return undefined;
}

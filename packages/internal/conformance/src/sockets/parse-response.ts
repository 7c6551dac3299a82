import type { Seen } from './observed.ts';

/** Takes a whole HTTP/1.1 response apart. */
export function parseResponse(text: string): Seen {
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const each of lines) {
    const colon = each.indexOf(':');
    const name = each.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), each.slice(colon + 1).trim()]);
  }
  const body = end < 0 ? '' : text.slice(end + 4);
  const isChunked = headers.get('transfer-encoding')?.[0] === 'chunked';
  return { status: Number(line.split(' ')[1]), headers, body: isChunked ? withoutChunks(body) : body };
}

function withoutChunks(body: string): string {
  let rest = body;
  let whole = '';
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (end < 0 || !(size > 0)) return whole;
    whole += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
}

import type { Admitted } from '../gate/gate.ts';
import type { RawRequest } from '../gate/raw-request.ts';
import type { TracedRequest } from '../observe/index.ts';
import { headerOf } from './headers.ts';

/** The host of an authority, as tables spell it. */
export function hostOf(authority: string): string {
  const end = authority.startsWith('[') ? authority.indexOf(']') + 1 : authority.indexOf(':');
  const host = (end <= 0 ? authority : authority.slice(0, end)).toLowerCase();
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/** An admitted request as its span describes it. */
export function tracedRequest({ input: { url, clientAddress = '' }, headers }: Admitted, { method, version }: RawRequest): TracedRequest {
  const start = url.indexOf('//') + 2;
  const slash = url.indexOf('/', start);
  const mark = url.indexOf('?', slash);
  const userAgent = headerOf(headers, 'user-agent');
  return {
    method,
    scheme: url.slice(0, start - 3),
    host: hostOf(url.slice(start, slash)),
    path: url.slice(slash, mark < 0 ? undefined : mark),
    ...(mark < 0 ? {} : { query: url.slice(mark + 1) }),
    protocolVersion: version,
    clientAddress,
    ...(userAgent === undefined ? {} : { userAgent }),
    header: (name) => headerOf(headers, name),
  };
}

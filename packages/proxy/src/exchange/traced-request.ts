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
export function tracedRequest({ input, headers }: Admitted, { method, version }: RawRequest): TracedRequest {
  const { scheme, authority, target, clientAddress } = input;
  const mark = target.indexOf('?');
  const userAgent = headerOf(headers, 'user-agent');
  return {
    method,
    scheme,
    host: hostOf(authority),
    path: mark < 0 ? target : target.slice(0, mark),
    ...(mark < 0 ? {} : { query: target.slice(mark + 1) }),
    protocolVersion: version,
    clientAddress,
    ...(userAgent === undefined ? {} : { userAgent }),
    header: (name) => headerOf(headers, name),
  };
}

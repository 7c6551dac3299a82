export { acceptProxied, type ProxyProtocolOptions } from './accept-proxied.ts';
export { type ConnectionLike, ConnectionPlaces } from './connection-places.ts';
export type { Place, ProxyHeader, ProxyHeaderProgress } from './proxy-header.ts';
export { ProxyHeaderParser } from './proxy-header-parser.ts';

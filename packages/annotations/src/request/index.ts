export { type Authority, parseAuthority } from './authority.ts';
export type { CanonicalPath, PathNormalization } from './canonical-path.ts';
export { canonicalizePath, recheckPath } from './canonical-path.ts';
export type { Canonicalized, CanonicalizeOptions, RefusedRequest } from './canonicalize.ts';
export { canonicalize } from './canonicalize.ts';
export { isFieldValue, isToken } from './characters.ts';
export { HeaderLines } from './header-lines.ts';
export { ReceivedRequest } from './received-request.ts';
export type { CanonicalRequest, RequestInput, UpstreamAnswer } from './request-types.ts';

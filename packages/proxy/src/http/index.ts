export { type CookieRewrite, rewriteSetCookie } from './cookie-rewrite.ts';
export {
  envoyForwardedStyle,
  type ForwardedFacts,
  type ForwardedStyle,
  formatForwarded,
  forwardedHeaders,
  nginxForwardedStyle,
} from './forwarded-headers.ts';
export { withoutHopByHop } from './hop-by-hop.ts';
export { type RedirectRewrite, rewriteLocation, rewriteRefresh } from './redirect-rewrite.ts';
export { type ResponseRewrite, rewriteResponseHeaders } from './rewrite-response.ts';

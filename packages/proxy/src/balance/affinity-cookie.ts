export { type AffinityCookie, type CookieOccasion, formatAffinityCookie, readCookie } from '@ingresskit/families';

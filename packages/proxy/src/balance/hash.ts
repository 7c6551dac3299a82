export { hash32 } from '@ingresskit/families';

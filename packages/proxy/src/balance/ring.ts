export { Ring } from '@ingresskit/families';

export { subsetsOf } from '@ingresskit/families';

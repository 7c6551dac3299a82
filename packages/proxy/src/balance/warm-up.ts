export { warmUpShare } from '@ingresskit/families';

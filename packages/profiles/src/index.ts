export { higress } from './higress/higress.ts';
export { ingressNginx } from './ingress-nginx/ingress-nginx.ts';
export { mse } from './mse/mse.ts';

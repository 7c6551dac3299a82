export { higress } from './higress/higress.ts';
export { type ConfiguredProfile, type ControllerFlags, ingressNginxWith } from './ingress-nginx/config-map.ts';
export { ingressNginx } from './ingress-nginx/ingress-nginx.ts';
export { optionDiagnostics } from './ingress-nginx/options/diagnostics.ts';
export { mse } from './mse/mse.ts';

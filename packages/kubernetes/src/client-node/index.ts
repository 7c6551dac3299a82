export { clusterFromKubeconfig, type KubeconfigOptions } from './kubeconfig.ts';

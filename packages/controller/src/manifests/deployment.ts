import type { Manifest } from './crd.ts';
import type { Component, Placement } from './rbac.ts';

/** What a Deployment runs. */
export interface DeploymentOptions extends Placement {
  /** The image; its entry point is the `ingresskit` command. */
  readonly image: string;
  readonly replicas?: number;
  /** Further parameters of the command. */
  readonly parameters?: readonly string[];
}

const adminPort = 10_254;

/** The Namespace, and the Deployment of a component. The gateway also gets a Service of type LoadBalancer. */
export function deploymentManifests(component: Component, options: DeploymentOptions): readonly Manifest[] {
  const { namespace = 'mse-ingress-controller', image, replicas = 2, parameters = [] } = options;
  const name = `ingresskit-${component}`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'ingresskit' };
  const isGateway = component === 'gateway';
  const ports = isGateway
    ? [
        { name: 'http', containerPort: 8080 },
        { name: 'https', containerPort: 8443 },
      ]
    : [];
  const probe = (path: string): object => ({ httpGet: { path, port: 'admin' }, periodSeconds: 5 });
  const container = {
    name: component,
    image,
    args: isGateway
      ? [component, '--listen', '0.0.0.0:8080', '--listen-tls', '0.0.0.0:8443', '--admin', `0.0.0.0:${adminPort}`, ...parameters]
      : [component, ...parameters],
    env: [
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    ...(isGateway
      ? { ports: [...ports, { name: 'admin', containerPort: adminPort }], readinessProbe: probe('/readyz'), livenessProbe: probe('/livez') }
      : {}),
    resources: { requests: { cpu: isGateway ? '500m' : '50m', memory: isGateway ? '256Mi' : '128Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65_532,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
  const deployment: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          // Requests under way may finish: the gateway drains for up to four minutes.
          terminationGracePeriodSeconds: isGateway ? 270 : 30,
          containers: [container],
        },
      },
    },
  };
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      type: 'LoadBalancer',
      selector: { 'app.kubernetes.io/name': name },
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'https', port: 443, targetPort: 'https' },
      ],
    },
  };
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, deployment, ...(isGateway ? [service] : [])];
}

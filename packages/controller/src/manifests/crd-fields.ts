/** What the CRD says of a field beside its shape: mse.md §3.1. */
export interface FieldNote {
  readonly description: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

const loadBalancers = ['slb.s1.small', 'slb.s2.small', 'slb.s2.medium', 'slb.s3.small', 'slb.s3.medium', 'slb.s3.large'];
const sampleRate: FieldNote = {
  description: 'Percentage of requests that are traced, as text: "0" to "100".',
  pattern: '^(100|[1-9]?[0-9])$',
};

/**
 * Notes by path below `spec`. A field of the schema without a note is a mistake (a test finds it). No defaults: an absent field means "as documented",
 * and with `override` it means "overwrite by nothing" (mse.md §3.3), which a default would hide.
 */
export const crdFields: Readonly<Record<string, FieldNote>> = {
  id: {
    description: 'Take over this gateway instead of creating one. It is kept when the object is deleted.',
    pattern: '^(gw-.+)?$',
    maxLength: 128,
  },
  override: { description: 'With id: whether the settings of this object replace those of the gateway, absent ones included.' },
  name: { description: 'Name of the gateway in the cloud; "mse-ingress" when absent.', minLength: 1, maxLength: 64 },
  common: { description: 'What is bought. It matters when the gateway is created; later changes are reported and not carried out.' },
  'common.pay': { description: 'How it is paid for.' },
  'common.pay.payType': { description: 'Pay as you go is the only way.', enum: ['POSTPAY'] },
  'common.instance': { description: 'Size and number of nodes.' },
  'common.instance.spec': { description: 'Size of a node; 4c8g when absent.', enum: ['2c4g', '4c8g', '8c16g', '16c32g'] },
  'common.instance.replicas': { description: 'Number of nodes; 3 when absent.', minimum: 0, maximum: 30 },
  'common.network': { description: 'Where it is, and its load balancers.' },
  'common.network.vSwitches': {
    description: 'One or two vSwitches, the primary first; those of the controller when absent.',
    minItems: 1,
    maxItems: 2,
  },
  'common.network.publicSLBSpec': {
    description: 'Size of the load balancer towards the internet; slb.s2.small when absent.',
    enum: loadBalancers,
  },
  'common.network.privateSLBSpec': { description: 'Size of the internal load balancer; none when absent.', enum: loadBalancers },
  'common.network.networkType': {
    description: 'Whether the gateway is reached from the internet or from inside only.',
    enum: ['Internet', 'Intranet'],
  },
  'common.securityGroupType': { description: 'Basic (normal) or advanced (enterprise) security group.', enum: ['normal', 'enterprise'] },
  global: { description: 'Settings of every route of the gateway.' },
  'global.tls': { description: 'TLS of all domains.' },
  'global.tls.enableHardwareAcceleration': { description: 'Whether handshakes are done by hardware; true when absent.' },
  'global.ipAccessControl': { description: 'Who may use the gateway at all. While an entry cannot be read nobody may.' },
  'global.ipAccessControl.whitelist': { description: 'Addresses and CIDR blocks that may use the gateway; empty means all.' },
  'global.ipAccessControl.blacklist': { description: 'Addresses and CIDR blocks that may not.' },
  'global.downstreamIdleTimeout': { description: 'Seconds after which an idle connection of a client is closed.' },
  'global.upstreamIdleTimeout': { description: 'Seconds after which an idle connection to a backend is closed.' },
  'global.preserveHeaderFormat': { description: 'Whether the case of header names is kept.' },
  'global.enableHttp2': { description: 'Whether clients may use HTTP/2.' },
  'global.enableXffTrustedCidrs': { description: 'Whose X-Forwarded-For is believed: a flag, or CIDR blocks.' },
  monitor: { description: 'Logs and traces.' },
  'monitor.logging': { description: 'Access logs.' },
  'monitor.logging.sls': { description: 'Delivers access logs to the log service; its presence turns it on.' },
  'monitor.logging.sls.reuseProject': { description: 'Project for the logs; empty for the default one.', maxLength: 63 },
  'monitor.tracing': { description: 'Traces. The two kinds exclude each other.' },
  'monitor.tracing.xTrace': { description: 'Traces for ARMS.' },
  'monitor.tracing.xTrace.sampleRate': sampleRate,
  'monitor.tracing.openTelemetry': { description: 'Traces in the OpenTelemetry protocol.' },
  'monitor.tracing.openTelemetry.sampleRate': sampleRate,
  ingress: { description: 'Which Ingresses the gateway serves.' },
  'ingress.local': { description: 'Of this cluster.' },
  'ingress.local.ingressClass': {
    description:
      'Absent: none. Empty: all. "nginx": that class and Ingresses without one. Else: that class. An IngressClass whose parameters point at this object takes precedence.',
    maxLength: 253,
  },
  'ingress.local.watchNamespace': {
    description: 'Only Ingresses of this namespace; empty for all.',
    pattern: '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$',
  },
};

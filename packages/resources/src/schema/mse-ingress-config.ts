import * as z from 'zod';
import type {
  MseCommonSettings,
  MseGlobalSettings,
  MseIngressConfig,
  MseIngressConfigSpec,
  MseIngressConfigStatus,
  MseIngressSettings,
  MseIpAccessControl,
  MseMonitorSettings,
  MseNetworkSettings,
} from '../mse-ingress-config.ts';
import { objectMeta } from './metadata.ts';
import { fields, flag, integer, integerOrText, list, oneOf, openFields, optional, text } from './shape.ts';

const common = fields<MseCommonSettings>({
  pay: optional(fields<NonNullable<MseCommonSettings['pay']>>({ payType: optional(text) })),
  instance: optional(fields<NonNullable<MseCommonSettings['instance']>>({ spec: optional(text), replicas: optional(integer) })),
  network: optional(
    fields<MseNetworkSettings>({
      vSwitches: optional(list(text)),
      publicSLBSpec: optional(text),
      privateSLBSpec: optional(text),
      networkType: optional(text),
    }),
  ),
  securityGroupType: optional(text),
});

const global = fields<MseGlobalSettings>({
  tls: optional(fields<NonNullable<MseGlobalSettings['tls']>>({ enableHardwareAcceleration: optional(flag) })),
  ipAccessControl: optional(fields<MseIpAccessControl>({ whitelist: optional(list(text)), blacklist: optional(list(text)) })),
  downstreamIdleTimeout: optional(integerOrText),
  upstreamIdleTimeout: optional(integerOrText),
  preserveHeaderFormat: optional(flag),
  enableHttp2: optional(flag),
  enableXffTrustedCidrs: optional(z.union([flag, list(text)], { error: 'true, false or a list of text' })),
});

type Sls = NonNullable<NonNullable<MseMonitorSettings['logging']>['sls']>;
type Tracing = NonNullable<MseMonitorSettings['tracing']>;

const sampling = optional(fields<{ readonly sampleRate?: string }>({ sampleRate: optional(text) }));

const monitor = fields<MseMonitorSettings>({
  logging: optional(fields<NonNullable<MseMonitorSettings['logging']>>({ sls: optional(fields<Sls>({ reuseProject: optional(text) })) })),
  tracing: optional(fields<Tracing>({ xTrace: sampling, openTelemetry: sampling })),
});

const ingress = fields<MseIngressSettings>({
  local: optional(fields<NonNullable<MseIngressSettings['local']>>({ ingressClass: optional(text), watchNamespace: optional(text) })),
});

/** mse.alibabacloud.com/v1alpha1 MseIngressConfig, by shape. Ranges and words are checked where the settings are used. */
export const mseIngressConfigSchema: z.ZodType<MseIngressConfig> = fields<MseIngressConfig>({
  apiVersion: oneOf('mse.alibabacloud.com/v1alpha1'),
  kind: oneOf('MseIngressConfig'),
  metadata: objectMeta,
  spec: optional(
    fields<MseIngressConfigSpec>({
      id: optional(text),
      override: optional(flag),
      name: optional(text),
      common: optional(common),
      global: optional(global),
      monitor: optional(monitor),
      ingress: optional(ingress),
    }),
  ),
  status: optional(openFields<MseIngressConfigStatus>({ phase: optional(text), message: optional(text) })),
});

import { type Diagnostic, type FieldPath, type MseIngressConfig, refOf } from '@ingresskit/resources';
import type { GatewayParameterName } from '../api/option.ts';
import type { DesiredSettings } from './desired.ts';
import { cloudDiagnostics } from './diagnostics.ts';

type Trace = DesiredSettings['trace'];

/** Settings of the whole gateway. Absent ones mean their default, because an override replaces by absent values too (mse.md §3.3). */
export function readSettings(object: MseIngressConfig, diagnostics: Diagnostic[]): Omit<DesiredSettings, 'allow' | 'deny'> {
  const { global = {}, monitor = {} } = object.spec ?? {};
  const sls = monitor.logging?.sls;
  const project = sls?.reuseProject;
  const trace = readTrace(object, diagnostics);
  return {
    hardwareAcceleration: global.tls?.enableHardwareAcceleration ?? true,
    log: { enabled: sls !== undefined, ...(project === undefined || project === '' ? {} : { project }) },
    ...(trace === undefined ? {} : { trace }),
    parameters: readParameters(object, diagnostics),
  };
}

function readTrace(object: MseIngressConfig, diagnostics: Diagnostic[]): Trace {
  const { xTrace, openTelemetry } = object.spec?.monitor?.tracing ?? {};
  const path: FieldPath = ['spec', 'monitor', 'tracing'];
  if (xTrace !== undefined && openTelemetry !== undefined) {
    diagnostics.push(
      cloudDiagnostics.make('ambiguous-tracing', {
        object: refOf(object),
        path,
        message: 'xTrace and openTelemetry are both set; tracing stays as it is in the cloud.',
        help: 'Remove one of them.',
      }),
    );
    return undefined;
  }
  if (xTrace === undefined && openTelemetry === undefined) return { enabled: false };
  const [field, type, rate] =
    openTelemetry === undefined
      ? (['xTrace', 'XTRACE', xTrace?.sampleRate ?? '0'] as const)
      : (['openTelemetry', 'OPENTELEMETRY', openTelemetry.sampleRate ?? '100'] as const);
  const sample = /^\d{1,3}(\.\d+)?$/.test(rate) ? Number(rate) : Number.NaN;
  if (sample >= 0 && sample <= 100) return { enabled: true, type, sample };
  diagnostics.push(
    cloudDiagnostics.make('invalid-sample-rate', {
      object: refOf(object),
      path: [...path, field, 'sampleRate'],
      message: `${JSON.stringify(rate.slice(0, 40))} is not a percentage; tracing stays as it is in the cloud.`,
      help: 'Write a number from "0" to "100", in quotes.',
    }),
  );
  return undefined;
}

/** Parameters by the field that sets them, with the range of mse.md §3.5 where it is documented. */
const parameters = {
  downstreamIdleTimeout: ['DownstreamIdleTime', 600],
  upstreamIdleTimeout: ['UpstreamIdleTimeout', undefined],
  preserveHeaderFormat: ['PreserveHeaderFormat', 'flag'],
  enableHttp2: ['EnableHttp2', 'flag'],
} as const satisfies Readonly<Record<string, readonly [GatewayParameterName, number | 'flag' | undefined]>>;

function readParameters(object: MseIngressConfig, diagnostics: Diagnostic[]): DesiredSettings['parameters'] {
  const { global = {} } = object.spec ?? {};
  const values: { [N in GatewayParameterName]?: string } = {};
  for (const [field, [name, form]] of Object.entries(parameters)) {
    const value: unknown = global[field as keyof typeof parameters];
    if (value === undefined) continue;
    const text = String(value);
    const fits = form === 'flag' ? /^(true|false)$/.test(text) : /^\d{1,9}$/.test(text) && (form === undefined || Number(text) <= form);
    if (fits) values[name] = form === 'flag' ? text : String(Number(text));
    else {
      diagnostics.push(
        cloudDiagnostics.make('invalid-parameter', {
          object: refOf(object),
          path: ['spec', 'global', field],
          message: `${JSON.stringify(value)?.slice(0, 40)} is no value for ${field}; it stays as it is in the cloud.`,
          help: form === 'flag' ? 'Write true or false.' : `Write whole seconds${form === undefined ? '' : `, at most ${form}`}.`,
        }),
      );
    }
  }
  if (global.enableXffTrustedCidrs !== undefined) {
    diagnostics.push(
      cloudDiagnostics.make('unsupported-field', {
        object: refOf(object),
        path: ['spec', 'global', 'enableXffTrustedCidrs'],
        message: 'The API does not document the form of this setting; it stays as it is in the cloud.',
        help: 'Set it in the console.',
      }),
    );
  }
  return values;
}

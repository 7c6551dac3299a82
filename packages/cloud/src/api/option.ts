import type { GatewayParameters } from './gateway.ts';

export interface LogDetails {
  readonly LogEnabled?: boolean;
  readonly ProjectName?: string;
  readonly LogStoreName?: string;
}

export interface TraceDetails {
  readonly TraceEnabled?: boolean;
  /** `OPENTELEMETRY` was seen in answers; the schema names the other two (mse.md §5.5). */
  readonly TraceType?: 'XTRACE' | 'SKYWALKING' | 'OPENTELEMETRY';
  /** Percent. */
  readonly Sample?: number;
  readonly ServiceId?: number;
  readonly ServicePort?: string;
}

export interface GatewayOption {
  readonly EnableHardwareAcceleration?: boolean;
  readonly DisableHttp2Alpn?: boolean;
  readonly EnableWaf?: boolean;
  readonly LogConfigDetails?: LogDetails;
  readonly TraceDetails?: TraceDetails;
}

export interface UpdateGatewayOptionParameters extends GatewayParameters {
  readonly GatewayOption: GatewayOption;
}

/** A gateway parameter (mse.md §3.5). */
export type GatewayParameterName =
  | 'EnableHttp2'
  | 'EnableGenerateRequestId'
  | 'EnableGzip'
  | 'EnableGzipHardwareAccelerate'
  | 'ZipAlgorithm'
  | 'EnableSlashMerge'
  | 'DownstreamIdleTime'
  | 'DownstreamConnectionBufferLimits'
  | 'DownstreamHttp2MaxConcurrentStream'
  | 'InitialStreamWindowSize'
  | 'InitialConnectionWindowSize'
  | 'XffTrustedNum'
  | 'EnableHttp3'
  | 'PathWithEscapedSlashes'
  | 'EnableProxyProtocol'
  | 'KeepaliveHeaderTimeout'
  | 'WebsocketTermGracePeriod'
  | 'UpstreamIdleTimeout'
  | 'PreserveHeaderFormat'
  | 'EnableXffTrustedCidrs'
  | 'EnableK8sSourceWorkloadFilter'
  | 'EnableCustomAuthConfigPush'
  | 'EnableHardwareAccelerate'
  | 'EnableWaf';

/** Values come back as numbers, booleans, text or, for a few, objects whose form is not documented. */
export type GatewayParameterValues = { readonly [N in GatewayParameterName]?: unknown };

export interface UpdateGatewayConfigParameters extends GatewayParameters {
  readonly ConfigName: GatewayParameterName;
  readonly ConfigValue: string;
}

/** A gateway inside the fake. Times are the fake's clock, in milliseconds. */
export interface FakeGateway {
  readonly id: string;
  readonly number: number;
  name: string;
  region: string;
  vpc: string;
  vSwitches: string[];
  spec: string;
  replicas: number;
  chargeType: string;
  createdAt: number;
  /** When it reaches status 2, or 1 if it was told to fail. */
  readyAt: number;
  fails: boolean;
  /** When it was asked to go; it is gone at `goneAt`. */
  goneAt: number | undefined;
  /** A status forced by the test. */
  status: number | undefined;
  deleteSlb: boolean;
  tags: Record<string, string>;
  /** When the tags become visible in ListTagResources. */
  tagsVisibleAt: number;
  option: Record<string, unknown>;
  parameters: Record<string, unknown>;
  lists: FakeList[];
  sources: FakeSource[];
  slbs: Record<string, unknown>[];
  domains: FakeDomain[];
  groupRules: Record<string, unknown>[];
  resourceGroup: string | undefined;
}

export interface FakeList {
  readonly Id: number;
  IsWhite: boolean;
  ResourceType: string;
  ResourceIds: number[];
  Content: string;
  Status: string;
  Type: string;
}

export interface FakeSource {
  readonly Id: number;
  Name: string;
  Source: string;
  Type: string;
  Address: string;
  IngressOptions: { EnableIngress: boolean; IngressClass: string; WatchNamespace: string; EnableStatus: boolean };
}

export interface FakeDomain extends Record<string, unknown> {
  readonly Id: number;
  Name: string;
}

export interface FakeState {
  gateways: Map<string, FakeGateway>;
  next: number;
}

/** The status code of mse.md §5.4 at a moment; undefined once the gateway is gone. */
export function statusAt(gateway: FakeGateway, time: number): number | undefined {
  if (gateway.goneAt !== undefined) return time >= gateway.goneAt ? undefined : 8;
  if (gateway.status !== undefined) return gateway.status;
  if (time < gateway.readyAt) return 0;
  return gateway.fails ? 1 : 2;
}

/** The settings a new gateway starts with: API samples and defaults of mse.md §3.5. */
export function defaultParameters(): Record<string, unknown> {
  return {
    EnableHttp2: false,
    EnableGenerateRequestId: true,
    EnableGzip: false,
    EnableSlashMerge: false,
    DownstreamIdleTime: 300,
    DownstreamConnectionBufferLimits: 32_768,
    DownstreamHttp2MaxConcurrentStream: 100,
    InitialStreamWindowSize: 65_535,
    InitialConnectionWindowSize: 1_048_576,
    XffTrustedNum: 0,
    PathWithEscapedSlashes: 'KEEP_UNCHANGED',
    KeepaliveHeaderTimeout: 0,
    WebsocketTermGracePeriod: 30,
    UpstreamIdleTimeout: 30,
    PreserveHeaderFormat: false,
  };
}

export function createGateway(state: FakeState, fields: Partial<FakeGateway>, time: number): FakeGateway {
  state.next += 1;
  const gateway: FakeGateway = {
    id: `gw-${state.next.toString(16).padStart(8, '0')}`,
    number: state.next,
    name: 'gateway',
    region: '',
    vpc: 'vpc-1',
    vSwitches: [],
    spec: 'MSE_GTW_4_8_200_c',
    replicas: 3,
    chargeType: 'POSTPAY',
    createdAt: time,
    readyAt: time,
    fails: false,
    goneAt: undefined,
    status: undefined,
    deleteSlb: false,
    tags: {},
    tagsVisibleAt: time,
    option: {
      EnableHardwareAcceleration: false,
      DisableHttp2Alpn: false,
      EnableWaf: false,
      LogConfigDetails: { LogEnabled: false },
      TraceDetails: { TraceEnabled: false },
    },
    parameters: defaultParameters(),
    lists: [],
    sources: [],
    slbs: [],
    domains: [],
    groupRules: [],
    resourceGroup: undefined,
    ...fields,
  };
  state.gateways.set(gateway.id, gateway);
  return gateway;
}

import type { Diagnostic, IngressClass, MseIngressConfig } from '@ingresskit/resources';

/** Phases of an MseIngressConfig (mse.md §3.2). */
export type GatewayPhase = 'Pending' | 'Running' | 'Listening' | 'Failed';

/** What must not be forgotten between two runs of the controller; kept in the object's status. Plain JSON. */
export interface GatewayRecord {
  /** Gateways that were created for the object. */
  readonly gatewayIds: readonly string[];
  /** Written before a creation begins, removed when its outcome is known: whoever finds it must look twice before creating. */
  readonly creatingSince?: string;
}

/** One look at one object. */
export interface GatewayRequest {
  /** As the API server had it a moment ago. */
  readonly object: MseIngressConfig;
  readonly ingressClasses: readonly IngressClass[];
  /** What the status said of the phase. */
  readonly phase: GatewayPhase | undefined;
  readonly record: GatewayRecord;
  /** Stores a record in the object's status. Rejects when it could not be stored; then nothing that depends on it may be done. */
  remember(record: GatewayRecord): Promise<void>;
  /** Whether this process leads at this moment. To be asked before everything that changes the world. */
  mayAct(): boolean;
  readonly signal: AbortSignal;
}

/** What was found. It is what the status will say, so it must be what was seen, not what was wished. */
export interface GatewayObservation {
  readonly phase: GatewayPhase;
  /** One sentence for people. */
  readonly message: string;
  /** One word in CamelCase for programs. */
  readonly reason: string;
  /** Whether everything the object asks for is in force. */
  readonly isApplied: boolean;
  readonly gatewayId?: string;
  /** Where the gateway can be reached. */
  readonly urls?: readonly string[];
  readonly record: GatewayRecord;
  /** To be told as Events. */
  readonly diagnostics?: readonly Diagnostic[];
  /** Milliseconds until the next look; default: the controller's interval. */
  readonly again?: number;
}

/** How far a removal has come. */
export type Removal =
  | { readonly done: true }
  | { readonly done: false; readonly message: string; readonly record: GatewayRecord; readonly again: number };

/** Where gateways come from. Every method does a part of the work and returns soon; the controller calls it again. */
export interface GatewayProvider {
  /** Shown in the status. */
  readonly name: string;
  /** Brings the gateway of an object one step closer to what it should be. */
  reconcile(request: GatewayRequest): Promise<GatewayObservation>;
  /** Brings the gateway of an object one step closer to being gone. Reused gateways are let go of instead. */
  remove(request: GatewayRequest): Promise<Removal>;
  /** Leaves what was created where it is: the object goes alone. An object of the same name finds it again. */
  release(request: GatewayRequest): Promise<void>;
  /** Names of the objects for which there is something that could be left over. */
  owned?(): Promise<readonly string[]>;
  /** Removes what was created for an object that is gone. */
  removeOrphan?(name: string, request: Pick<GatewayRequest, 'mayAct' | 'signal'>): Promise<Removal>;
  /** Tells the names of objects whose gateway changed by itself. Returns how to stop telling. */
  watch?(onChange: (name: string) => void): () => void;
  /** The lead is over: another process may act now. Called when nothing is under way. */
  resign?(): Promise<void>;
  close?(): Promise<void>;
}

/** Why a provider could not go on. It is repeated with growing waits. */
export class ProviderError extends Error {
  /** Permanent. */
  readonly code: `provider/${string}`;
  /** In CamelCase, for the status. */
  readonly reason: string;
  /** Whether repeating can help without anybody doing something. */
  readonly isPermanent: boolean;
  readonly record: GatewayRecord | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    code: `provider/${string}`,
    reason: string,
    message: string,
    details: {
      readonly isPermanent?: boolean;
      readonly record?: GatewayRecord;
      readonly retryAfter?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ProviderError';
    this.code = code;
    this.reason = reason;
    this.isPermanent = details.isPermanent ?? false;
    this.record = details.record;
    this.retryAfter = details.retryAfter;
  }
}

/** What a provider rejects with when the lead was lost before an action. */
export function notLeading(): ProviderError {
  return new ProviderError('provider/not-leading', 'NotLeading', 'This process does not lead; nothing was done.');
}

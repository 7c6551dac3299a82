/** Why a response is not simply a backend's: the flags of Envoy, which readers of MSE logs know. */
export type ResponseFlag =
  /** No route. */
  | 'NR'
  /** No healthy backend. */
  | 'UH'
  /** Connecting to the backend failed. */
  | 'UF'
  /** Too many requests to the backend at once. */
  | 'UO'
  /** The backend ended the connection. */
  | 'UC'
  /** The backend reset the stream. */
  | 'UR'
  /** The backend did not answer in time. */
  | 'UT'
  /** All retries were used up. */
  | 'URX'
  /** What the backend sent is no HTTP. */
  | 'UPE'
  /** The client went away. */
  | 'DC'
  /** What the client sent is no HTTP, or not allowed. */
  | 'DPE'
  /** This gateway reset the stream. */
  | 'LR'
  /** A rate limit. */
  | 'RL'
  /** The external authentication refused. */
  | 'UAEX'
  /** The stream was idle for too long. */
  | 'SI'
  /** The gateway shut down. */
  | 'DT';

/** The flags as one text, `-` for none. */
export function formatResponseFlags(flags: readonly ResponseFlag[]): string {
  return flags.length === 0 ? '-' : flags.join(',');
}

/** The flag of an answer that the gateway made by itself, by its reason in the decision (cli-contract.md §1). */
export function flagOfReason(reason: string): ResponseFlag | undefined {
  return flags.get(reason);
}

const flags: ReadonlyMap<string, ResponseFlag> = new Map([
  ['no-endpoints', 'UH'],
  ['rate-limit', 'RL'],
  ['concurrency-limit', 'RL'],
  ['external-auth', 'UAEX'],
  ['bad-request', 'DPE'],
]);

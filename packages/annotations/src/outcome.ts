import type { Backend } from '@ingresskit/route-table';
import type { RequestInput } from './request/request-types.ts';

/** What a filter decides. Returning nothing lets the request go on. */
export type Outcome = Respond | Redirect | Deny | Reroute | Tunnel | Ask;

/** The gateway answers by itself. */
export interface Respond {
  readonly kind: 'respond';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Stable name of who answered; default: the family's name. */
  readonly reason?: string;
}

/** The gateway sends the client elsewhere. */
export interface Redirect {
  readonly kind: 'redirect';
  readonly status: number;
  /** Absolute URL, or an absolute path. Locations that begin with `//` or `/\` are refused by the walk. */
  readonly location: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gate cannot tell, so it stays shut: 503 with reason `denied`. */
export interface Deny {
  readonly kind: 'deny';
  /** For the explanation. */
  readonly why: string;
}

/** The request goes to another backend than the route's: a fallback. Later phases still run. */
export interface Reroute {
  readonly kind: 'reroute';
  readonly backend: Backend;
  /** Replaces the upstream path, without query. */
  readonly path?: string;
  /** Why, as decisions show it: `no-endpoints`, `status-503`. */
  readonly because: string;
}

/** The connection goes to a backend as it is: no later policy acts, and nothing of the request is changed. */
export interface Tunnel {
  readonly kind: 'tunnel';
  readonly backend: Backend;
}

/** The filter needs an answer from outside: a password check, an external authentication, a counter. */
export interface Ask<Q extends Question = Question> {
  readonly kind: 'ask';
  readonly question: Q;
  /** Goes on with the answer; `undefined` means nobody could answer, and a gate must then stay shut. */
  readonly resume: (answer: unknown) => Outcome | undefined;
}

/** A question to the runtime. `kind` names who can answer it. */
export interface Question {
  readonly kind: string;
}

/** Does this password belong to this hash (htpasswd formats)? The answer is a boolean. */
export interface PasswordQuestion extends Question {
  readonly kind: 'password';
  readonly hash: string;
  readonly password: string;
}

/**
 * May this request pass? A request of its own to a service that decides. The answer is an `UpstreamAnswer`, whatever its status; a service that cannot be
 * reached is not an answer.
 */
export interface ExternalAuthQuestion extends Question {
  readonly kind: 'external-auth';
  readonly method: string;
  /**
   * Absolute. The host was checked as text (`destinationProblem`); whoever resolves it checks every address too (`addressProblem`), connects to the address
   * it checked and follows no redirect (reliability.md §2.5).
   */
  readonly url: string;
  /** The client's own headers go along, without its body, after these edits; `remove` comes first. Names in lower case. */
  readonly headers: { readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[] };
  /** Answers that may be used again. Keys of different routes and hosts never meet. */
  readonly cache?: {
    readonly key: string;
    readonly durations: readonly { readonly statuses: readonly number[]; readonly milliseconds: number }[];
  };
  /** Idle connections to keep, where the policy asks for a pool of its own. */
  readonly keepalive?: { readonly connections: number; readonly requests: number; readonly idleMs: number };
}

/** Does this client certificate chain up to an authority of the bundle? The answer is a `ClientCertificateAnswer`. */
export interface ClientCertificateQuestion extends Question {
  readonly kind: 'client-certificate';
  /** The client's certificate, perhaps followed by intermediates, PEM. */
  readonly pem: string;
  /** The trusted authorities, PEM. */
  readonly ca: string;
  /** Certificates revoked by an authority, PEM. */
  readonly revocations?: string;
  /** How many certificates may stand between the client's own and the authority that is trusted. */
  readonly depth: number;
}

/** What checking a client certificate found. */
export interface ClientCertificateAnswer {
  readonly verified: boolean;
  /** Why not: `self-signed certificate`, `certificate has expired`. */
  readonly problem?: string;
  /** RFC 2253, most specific name first: `CN=alice,O=Acme`. */
  readonly subject: string;
  readonly issuer: string;
}

/** What the world lends the pure walk. Every member is optional; a gate whose question nobody answers stays shut. */
export interface Capabilities {
  /** A number in [0, 1) for weight draws. Default 0.5: without randomness the larger half is shown. */
  readonly random?: () => number;
  /** Answers a question about a request at once, or `undefined`. */
  readonly answer?: (question: Question, request: RequestInput) => unknown;
}

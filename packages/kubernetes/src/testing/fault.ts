import type { ParsedRequest, Verb } from './parse-request.ts';
import type { StatusParts } from './status-body.ts';

/** What goes wrong with a request. */
export type Failure =
  /** The server answers with a failure. */
  | ({ readonly kind: 'status'; readonly code: number } & StatusParts)
  /** The server answers 200 with this text: a broken proxy, a Table, cut JSON. */
  | { readonly kind: 'body'; readonly text: string }
  /** The connection breaks before the request is acted upon. */
  | { readonly kind: 'reset' }
  /** The request is acted upon, but the connection breaks before the answer. */
  | { readonly kind: 'lost-answer' }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** The answer comes after so many milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A replica answers that has seen nothing newer than this version. */
  | { readonly kind: 'stale'; readonly version: number }
  /** A watch opens and ends cleanly at once. */
  | { readonly kind: 'end' };

/** Which requests a failure meets. Absent fields match everything. */
export interface FaultMatch {
  readonly verb?: Verb;
  /** Plural name, such as `secrets`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** Only pages of a list after the first. */
  readonly isContinued?: boolean;
  /** How many requests; default 1. */
  readonly times?: number;
  /** Lets so many matching requests pass first. */
  readonly after?: number;
}

/** A failure that waits for its requests. */
export class Fault {
  readonly #match: FaultMatch;
  readonly failure: Failure;
  #seen = 0;
  #hits = 0;
  #isCancelled = false;

  constructor(match: FaultMatch, failure: Failure) {
    this.#match = match;
    this.failure = failure;
  }

  /** How many requests it met. */
  get hits(): number {
    return this.#hits;
  }

  /** Lets all further requests pass. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** Whether it meets this request; counts it. */
  takes(request: ParsedRequest): boolean {
    const { verb, resource, namespace, name, subresource, isContinued, times = 1, after = 0 } = this.#match;
    if (this.#isCancelled || this.#hits >= times) return false;
    if (verb !== undefined && verb !== request.verb) return false;
    if (resource !== undefined && resource !== request.resource.plural) return false;
    if (namespace !== undefined && namespace !== request.namespace) return false;
    if (name !== undefined && name !== request.name) return false;
    if (subresource !== undefined && subresource !== request.subresource) return false;
    if (isContinued !== undefined && isContinued !== request.query.has('continue')) return false;
    this.#seen += 1;
    if (this.#seen <= after) return false;
    this.#hits += 1;
    return true;
  }
}

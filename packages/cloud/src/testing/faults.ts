import type { OperationName } from '../operations.ts';

/** Something that goes wrong with the next matching requests. */
export interface Fault {
  /** Absent: any operation. */
  readonly operation?: OperationName;
  /** How many requests it spoils. Default 1. */
  readonly times?: number;
  /** Let this many matching requests pass first. Default 0. */
  readonly after?: number;
  /** Whether the operation is carried out although the answer says or shows otherwise. Default false. */
  readonly effect?: boolean;
  readonly what: /** An error answer. */
    | { readonly status: number; readonly code: string; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
    /** HTTP 200 whose body says `Success: false`. */
    | { readonly unsuccessful: string; readonly message?: string }
    /** An answer with this text for a body. */
    | { readonly body: string; readonly status?: number; readonly type?: string }
    /** The connection is closed without an answer. */
    | 'drop'
    /** No answer, the connection stays open. */
    | 'stall';
}

/** The usual throttling answer. @param retryAfter - seconds, or undefined for no header. */
export function throttling(retryAfter?: number): Fault['what'] {
  return {
    status: 429,
    code: 'Throttling.User',
    message: 'Request was denied due to user flow control.',
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  };
}

export class Faults {
  #pending: { readonly fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault for this request, if one is due. */
  take(operation: string): Fault | undefined {
    for (const entry of this.#pending) {
      if (entry.left === 0 || (entry.fault.operation !== undefined && entry.fault.operation !== operation)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return entry.fault;
    }
    return undefined;
  }
}

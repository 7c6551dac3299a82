/**
 * The phases in which policies act on a request. The list is closed; a profile puts the phases in its gateway's order, and within a phase
 * families act in catalog order. `endpoints` is no family's: there the walk answers 503 when no endpoint is usable.
 */
export const phases = [
  /** Client certificates and other conditions of the connection. */
  'connection',
  /** What holds for a host before a route matters. */
  'host',
  /** What is decided by the declared size of a request alone, before its route does anything: nginx refuses with 413 even what it would redirect. */
  'measure',
  /** Shapes routes when they are compiled; on requests only redirects to a path's own slash act here. */
  'locate',
  /** Client address lists. */
  'address',
  /** Cross-origin answers: preflights are answered here, so what stands before it also guards preflights. */
  'cors',
  /** Who the client is: basic and external authentication. */
  'authenticate',
  /** Rates and concurrency. */
  'limit',
  /** Redirects to a given place. */
  'redirect',
  /** The redirect to HTTPS. */
  'secure',
  /** Path rewriting. */
  'rewrite',
  /** The walk's own stage: no usable endpoint answers 503 or goes to the fallback. */
  'endpoints',
  /** Copies of the request to another backend. */
  'mirror',
  /** What the upstream request looks like: headers, host, timeouts, retries, balancing. */
  'forward',
] as const;

export type Phase = (typeof phases)[number];

/** How a proxy drains. */
export interface DrainOptions {
  /** Milliseconds from the beginning to the end of it all. Default 240 000. */
  readonly graceMs?: number;
  /**
   * Milliseconds in which new connections are still served, so that load balancers can notice that the gateway is no longer ready; at most half of the grace
   * time. Default 0: the listeners close at once.
   */
  readonly propagationMs?: number;
}

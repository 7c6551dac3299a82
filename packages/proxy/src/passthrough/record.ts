import type { ForwardedRecord } from '../exchange/record.ts';
import type { Peer } from '../gate/raw-request.ts';

/** A TLS connection that was handed to a backend unopened, or should have been, when it is over: what logs, metrics and events are made of. */
export interface PassthroughRecord extends ForwardedRecord {
  /** The name that the client asked for. */
  readonly serverName: string;
  readonly peer: Peer;
}

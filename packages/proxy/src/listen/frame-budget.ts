/** The window that every stream begins with: what may still come for one that has been cut. */
export const streamWindow = 65_536;

/** Frames of no use come to so many bytes at once: some 20 000 of the small ones. */
const burst = 262_144;
/** And to so many a second: some 300. */
const perSecond = 4_096;
/** What each message may add to its own bytes: frame heads, priorities, a reset. */
const perMessage = 512;
/** The same for a header: HPACK's lengths, and what its coding may waste. */
const perHeader = 32;
/** And for a piece of a body: its frame's head and some padding, or the window updates that acknowledge it. */
const perPiece = 64;

/**
 * What a client of HTTP/2 may send that brings no exchange on. Node tells nobody of WINDOW_UPDATE, PRIORITY or unknown frames and bounds neither them nor PING
 * and SETTINGS of a client that reads the acknowledgements. So bytes are counted instead of frames: those that came, less those that requests, their bodies
 * and the updates for what was sent account for. Counting happens once per message or piece; nobody looks at frames.
 */
export class FrameBudget {
  #explained = 0;
  #seen = 0;
  #level = 0;
  #at: number;

  /** @param now milliseconds. */
  constructor(now: number) {
    this.#at = now;
  }

  /** A request began with these headers. */
  request(raw: readonly string[]): void {
    let bytes = perMessage + raw.length * (perHeader / 2);
    for (let index = 0; index < raw.length; index++) bytes += (raw[index] as string).length;
    this.#explained += bytes;
  }

  /** A piece of a body came. */
  received(bytes: number): void {
    this.#explained += bytes * 2 + perPiece;
  }

  /** A piece of a body was sent: the client acknowledges it, for its stream and for the connection, in as small parts as some hundred bytes. */
  sent(bytes: number): void {
    this.#explained += (bytes >> 4) + perPiece;
  }

  /** A stream was closed before its client had ended: what comes for it yet goes to nobody. */
  cut(): void {
    this.#explained += streamWindow;
  }

  /**
   * The bytes beyond the budget; 0 when it is kept.
   *
   * @param bytesRead all that came over the connection.
   * @param now milliseconds.
   */
  excess(bytesRead: number, now: number): number {
    const useless = bytesRead - this.#seen - this.#explained;
    this.#seen = bytesRead;
    this.#explained = 0;
    this.#level = Math.max(0, this.#level + useless - ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    return Math.max(0, this.#level - burst);
  }
}

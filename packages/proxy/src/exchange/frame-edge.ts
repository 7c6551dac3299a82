/** Knows where the frames of one direction of a WebSocket end (RFC 6455 §5.2), and nothing of what they say. */
export class FrameEdge {
  #header: number[] = [];
  #left = 0;

  /** Whether a frame has just ended: only here may another one be put in between. */
  get isReached(): boolean {
    return this.#left === 0 && this.#header.length === 0;
  }

  /**
   * Follows a piece of the stream.
   *
   * @returns bytes of the piece that were followed: all, or those up to the first edge where it is to stop there.
   */
  follow(piece: Uint8Array, stops = false): number {
    let at = 0;
    while (at < piece.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, piece.length - at);
        this.#left -= step;
        at += step;
      } else {
        this.#header.push(piece[at] as number);
        at += 1;
        this.#readHeader();
      }
      if (stops && this.isReached) return at;
    }
    return at;
  }

  #readHeader(): void {
    const header = this.#header;
    const second = header[1];
    if (second === undefined) return;
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (header.length < 2 + extended + (second & 0x80 ? 4 : 0)) return;
    let length = extended === 0 ? short : 0;
    for (let index = 2; index < 2 + extended; index++) length = length * 256 + (header[index] as number);
    this.#left = length;
    this.#header = [];
  }
}

/** A Close frame with the code 1001, "going away" (RFC 6455 §7.4.1); what goes to a server is masked, here with zeros, which no proxy behind can take amiss. */
export function goingAway(isMasked: boolean): Uint8Array {
  return Uint8Array.from(isMasked ? [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9] : [0x88, 0x02, 0x03, 0xe9]);
}

import { block, endHeaders, endStream, type FrameClient, frame, frameTypes } from './frames.ts';

const { headers, continuation, rstStream, goaway } = frameTypes;

/** The status of a response, or how the stream or the connection ended. */
export async function outcome(client: FrameClient, stream = 1): Promise<number | 'reset' | 'goaway' | 'closed'> {
  const answer = await client.until(
    (one) =>
      (one.stream === stream && (one.type === headers || one.type === rstStream)) ||
      (one.type === goaway && one.payload.readUInt32BE(4) !== 0),
  );
  const kind =
    answer === undefined ? 'closed' : answer.type === headers ? statusOf(answer.payload) : answer.type === rstStream ? 'reset' : 'goaway';
  client.socket.destroy();
  return kind;
}

/** Statuses of Node's encoder: an index of the static table, or a literal. */
function statusOf(payload: Buffer): number {
  const indexed: Readonly<Record<number, number>> = { 136: 200, 137: 204, 138: 206, 139: 304, 140: 400, 141: 404, 142: 500 };
  const first = payload[0] as number;
  if (indexed[first] !== undefined) return indexed[first];
  const digits = /[1-5]\d\d/.exec(payload.subarray(1, 6).toString('latin1'));
  return digits === null ? huffmanStatus(payload) : Number(digits[0]);
}

/** The statuses that HPACK writes in Huffman code here. */
function huffmanStatus(payload: Buffer): number {
  const hex = payload.subarray(0, 4).toString('hex');
  const known: Readonly<Record<string, number>> = { '488269a0': 431, '4882680d': 414, '4882682f': 405 };
  return known[hex] ?? -1;
}

/** Sends the headers of a request on stream 1, in as many frames as they need. */
export function sendHeaders(client: FrameClient, pairs: readonly (readonly [string, string])[], flags: number = endStream): void {
  const whole = block(pairs);
  const most = 16_000;
  client.send(frame(headers, whole.length > most ? flags : flags | endHeaders, 1, whole.subarray(0, most)));
  for (let at = most; at < whole.length; at += most)
    client.send(frame(continuation, at + most >= whole.length ? endHeaders : 0, 1, whole.subarray(at, at + most)));
}

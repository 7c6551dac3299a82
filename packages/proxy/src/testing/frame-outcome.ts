import { type FrameClient, frameTypes } from './frames.ts';

const { headers, rstStream, goaway } = frameTypes;

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

/** The code of the last GOAWAY; `undefined` when there was none. */
export function farewell({ frames }: FrameClient): number | undefined {
  return frames.findLast(({ type }) => type === goaway)?.payload.readUInt32BE(4);
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

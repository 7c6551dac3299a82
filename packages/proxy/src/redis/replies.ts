/** The server, or something before it, answered what none of the scripts answers. */
export class ReplyError extends Error {
  readonly code = 'limit-store/reply';

  constructor() {
    super('the store of limits gave an answer that makes no sense');
    this.name = 'ReplyError';
  }
}

/** What a script said: the position of the first full counter, from 1, or 0 when there is room in all. */
export function readPosition(reply: unknown, counters: number): number {
  const position = wholeNumber(reply);
  if (position > counters) throw new ReplyError();
  return position;
}

/** What the script of rates said: the position, and the microseconds until there is room. */
export function readRateReply(reply: unknown, counters: number): { readonly position: number; readonly microseconds: number } {
  if (!Array.isArray(reply) || reply.length !== 2) throw new ReplyError();
  return { position: readPosition(reply[0], counters), microseconds: wholeNumber(reply[1]) };
}

/** Not `Number` alone: of `null` and of an empty list it makes 0, which would say that there is room. */
function wholeNumber(value: unknown): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw new ReplyError();
  return number;
}

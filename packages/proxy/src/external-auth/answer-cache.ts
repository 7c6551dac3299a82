import type { ExternalAuthQuestion, UpstreamAnswer } from '@ingresskit/annotations';
import { BoundedMap } from '@ingresskit/resources';

/** Answers that may be used again, for as long as the question says. */
export class AnswerCache {
  readonly #now: () => number;
  readonly #answers: BoundedMap<{ readonly answer: UpstreamAnswer; readonly until: number }>;

  /** @param most answers that are kept, at least 2; what was used longest ago goes first */
  constructor(now: () => number, most: number) {
    this.#now = now;
    this.#answers = new BoundedMap(most);
  }

  get(key: string): UpstreamAnswer | undefined {
    const known = this.#answers.get(key);
    if (known === undefined) return undefined;
    if (this.#now() < known.until) return known.answer;
    this.#answers.delete(key);
    return undefined;
  }

  /** Keeps an answer whose status the question allows to keep, unless it says that it is meant for one request only. */
  set({ key, durations }: NonNullable<ExternalAuthQuestion['cache']>, answer: UpstreamAnswer): void {
    const duration = durations.find(({ statuses }) => statuses.includes(answer.status))?.milliseconds ?? 0;
    const milliseconds = Math.min(duration, ownLimit(answer));
    if (milliseconds > 0) this.#answers.set(key, { answer, until: this.#now() + milliseconds });
  }
}

/** How long the service itself lets an answer be used, in milliseconds. One with a cookie belongs to one client, as in nginx's cache. */
function ownLimit({ headers = {} }: UpstreamAnswer): number {
  if (Object.hasOwn(headers, 'set-cookie')) return 0;
  const value = Object.hasOwn(headers, 'cache-control') ? (headers['cache-control'] ?? '') : '';
  const control = (typeof value === 'string' ? value : value.join(',')).toLowerCase();
  if (/(?:^|[,\s])(?:no-store|no-cache|private)(?:$|[,;=\s])/.test(control)) return 0;
  const maxAge = /(?:^|[,\s])max-age=([0-9]{1,9})/.exec(control)?.[1];
  return maxAge === undefined ? Number.POSITIVE_INFINITY : Number(maxAge) * 1000;
}

import type { Codec } from '@ingresskit/annotations';
import { duration, invalid, parsed } from '@ingresskit/annotations';

/** How long answers with some statuses may be used again. */
export interface CacheDuration {
  readonly statuses: readonly number[];
  readonly milliseconds: number;
}

const time = duration({ min: 0 });
/** What nginx caches where only a time is given (`proxy_cache_valid`). */
const usual: readonly number[] = [200, 301, 302];

/** Specs with commas between them, each statuses and then one time: `200 202 10m, 401 5m`. */
export const cacheDurations: Codec<readonly CacheDuration[]> = {
  grammar: 'comma list of HTTP statuses and a time, such as 200 202 10m',
  parse(text) {
    if (text.length > 4096) return invalid('is longer than 4096 characters', 'Shorten it.');
    const durations: CacheDuration[] = [];
    for (const spec of text.split(',')) {
      const words = spec.trim().split(/\s+/);
      const last = time.parse(words.at(-1) ?? '');
      const statuses = words.slice(0, -1);
      // A lone number is nginx's number of seconds; here it is more likely a status whose time was forgotten.
      if (!last.ok || /^[0-9]+$/.test(words.at(-1) ?? '')) return invalid('has a part without a time', help);
      if (!statuses.every((status) => /^[1-5][0-9]{2}$/.test(status)))
        return invalid('has a part with something that is no HTTP status', help);
      durations.push({ statuses: statuses.length === 0 ? usual : [...new Set(statuses.map(Number))], milliseconds: last.value });
    }
    return parsed(durations);
  },
};

const help = 'Write statuses and one time with a unit, for example "200 202 401 5m", with commas between such parts.';

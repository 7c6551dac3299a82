import type { AccessLogEntry, AccessLogFormat } from './access-log-entry.ts';
import { formatAccessLogJson } from './access-log-json.ts';
import { formatAccessLogNginx } from './access-log-nginx.ts';
import type { LineWriter } from './line-writer.ts';

/** How exchanges are logged. */
export interface AccessLogOptions {
  readonly writer: LineWriter;
  /** A preset, or a format of one's own. Default `json`. */
  readonly format?: 'json' | 'nginx' | AccessLogFormat;
  /** The part of exchanges that is logged, in [0, 1]; those that failed always are. Default 1. */
  readonly sample?: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Writes one line for each exchange. */
export class AccessLog {
  readonly #writer: LineWriter;
  readonly #format: AccessLogFormat;
  readonly #sample: number;
  readonly #random: () => number;

  constructor({ writer, format = 'json', sample = 1, random }: AccessLogOptions) {
    this.#writer = writer;
    this.#format = format === 'json' ? formatAccessLogJson : format === 'nginx' ? formatAccessLogNginx : format;
    this.#sample = sample;
    this.#random = random;
  }

  /** Lines that a slow reader made it drop. */
  get dropped(): number {
    return this.#writer.dropped;
  }

  write(entry: AccessLogEntry): void {
    // What nobody opened has no status, however well it went.
    const mustBeSeen = entry.status >= 500 || (entry.status === 0 && entry.method !== '') || entry.flags.length > 0;
    if (!mustBeSeen && this.#sample < 1 && this.#random() >= this.#sample) return;
    this.#writer.write(this.#format(entry));
  }
}

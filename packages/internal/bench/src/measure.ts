import { readFileSync } from 'node:fs';

/** Milliseconds that a call takes. */
export function timeOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/**
 * Milliseconds of processor time that a call costs this process, its collector's threads included. Unlike the time that passes, it does not depend on what
 * else the machine is doing, except through shared caches.
 */
export function processorTimeOf(work: () => unknown): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that a share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Ticks (1/100 s) that the host took from this machine so far, where the system tells. A round that lost many is not worth counting. */
export function stolenTicks(): number {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/) ?? [];
    return Number(fields[8] ?? 0);
  } catch {
    return 0;
  }
}

/** Heap in use after a full collection; run Node with --expose-gc. */
export function heapAfterCollection(): number {
  if (globalThis.gc === undefined) throw new TypeError('run with --expose-gc');
  for (let round = 0; round < 3; round++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** A table for terminals. */
export function formatRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}

import process from 'node:process';
import type { DrainOptions } from '@ingresskit/proxy';
import { BrokenPipe, type CommandIo } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import { faultLine } from './fault-line.ts';

/** Why a process that serves ends. */
export type EndReason = 'asked' | 'failed';

/** Time that requests have to finish once nobody knows what state the process is in. */
const failedGraceMs = 10_000;
/** Time for everything else to come to its end after that. */
const exitMs = 5_000;
/** A fault that comes again and again while requests finish is not worth waiting for. */
const mostFaults = 100;

/**
 * Resolves when the process is asked to stop: SIGTERM from a supervisor, SIGINT from a keyboard. A second SIGINT ends it at once, as people expect.
 *
 * It also resolves when something went wrong that nobody caught (reliability.md §2.3): that is said, requests under way may finish, and the process ends. It
 * does not go on in a state that nobody knows.
 */
export function untilStopped(io: Pick<CommandIo, 'stderr'>): Promise<EndReason> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve('asked');
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    onFault(io, () => resolve('failed'));
  });
}

/** Calls back at the first fault that nobody caught. Whatever happens then, the process ends soon, with a status that says so. */
export function onFault(io: Pick<CommandIo, 'stderr'>, onFirst: () => void): void {
  let faults = 0;
  const fail = (error: unknown): void => {
    // Nobody reads what is said any more; requests are another matter.
    if (error instanceof BrokenPipe) return;
    faults += 1;
    if (faults > mostFaults) process.exit(exitStatus.internal);
    void Promise.resolve(io.stderr.write(`${faultLine(error)}\n`)).catch(() => undefined);
    if (faults > 1) return;
    process.exitCode = exitStatus.internal;
    setTimeout(() => process.exit(exitStatus.internal), failedGraceMs + exitMs).unref();
    onFirst();
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

/** How to drain: as was asked for, or within a few seconds where the process has failed. */
export function drainFor(reason: EndReason, options: DrainOptions): DrainOptions {
  return reason === 'asked' ? options : { graceMs: Math.min(options.graceMs ?? failedGraceMs, failedGraceMs) };
}

/** The status to end with. */
export function statusFor(reason: EndReason): number {
  return reason === 'asked' ? exitStatus.done : exitStatus.internal;
}

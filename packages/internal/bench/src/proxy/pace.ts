import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { percentile } from '../measure.ts';

/** Latencies of one round at a steady rate, in milliseconds from the moment a request was due. */
export interface PacedRound {
  readonly median: number;
  readonly p99: number;
  readonly count: number;
  /** Requests whose connection broke or whose answer was no 200. */
  readonly failed: number;
}

/** One keep-alive connection; a request that is due while all are busy waits, and its waiting counts. */
interface Line {
  readonly socket: Socket;
  dueAt: number;
  received: Buffer;
}

/**
 * Open-loop load: requests are due at fixed times whether or not earlier ones were answered, so that a stall is seen by every request it delays
 * (a closed loop would leave those out). Answers have a Content-Length.
 */
export async function pacedLoad(
  port: number,
  path: string,
  { perSecond, seconds, connections = 64 }: { readonly perSecond: number; readonly seconds: number; readonly connections?: number },
): Promise<PacedRound> {
  const request = `GET ${path} HTTP/1.1\r\nhost: bench.example.com\r\n\r\n`;
  const total = perSecond * seconds;
  const latencies: number[] = [];
  const idle: Line[] = [];
  const waiting: number[] = [];
  const lines: Line[] = [];
  let failed = 0;
  const send = (line: Line, dueAt: number): void => {
    line.dueAt = dueAt;
    line.socket.write(request);
  };
  const onData = (line: Line, chunk: Buffer): void => {
    line.received = line.received.length === 0 ? chunk : Buffer.concat([line.received, chunk]);
    const end = line.received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = line.received.toString('latin1', 0, end);
    if (line.received.length < end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)) return;
    line.received = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) latencies.push(performance.now() - line.dueAt);
    else failed += 1;
    const next = waiting.shift();
    if (next === undefined) idle.push(line);
    else send(line, next);
  };
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const line: Line = { socket, dueAt: 0, received: Buffer.alloc(0) };
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      socket.on('data', (chunk: Buffer) => onData(line, chunk));
      socket.on('error', () => socket.destroy());
      lines.push(line);
      idle.push(line);
    }),
  );
  const started = performance.now();
  let due = 0;
  // Answers that do not come within ten seconds after the last request count as failed.
  const deadline = started + seconds * 1000 + 10_000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      while (due < total && started + (due * 1000) / perSecond <= now) {
        const dueAt = started + (due++ * 1000) / perSecond;
        const line = idle.pop();
        if (line === undefined) waiting.push(dueAt);
        else send(line, dueAt);
      }
      if ((due < total || latencies.length + failed < total) && now < deadline) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  for (const { socket } of lines) socket.destroy();
  failed = total - latencies.length;
  return { median: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), count: latencies.length, failed };
}

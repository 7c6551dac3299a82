import { createHmac, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { PasswordQuestion } from '@ingresskit/annotations';

/** How passwords are checked. */
export interface PasswordAnswererOptions {
  /** Right passwords that are remembered. Default 1 024. */
  readonly mostRemembered?: number;
  /** How long, in milliseconds. Default 60 000. */
  readonly rememberMs?: number;
  /** Checks that wait; more go unanswered, and their gates stay shut. Default 256. */
  readonly mostWaiting?: number;
  readonly now?: () => number;
}

/** Answers `password` questions. Close it to end its thread; checks that wait then go unanswered. */
export interface PasswordAnswerer {
  (question: PasswordQuestion): boolean | undefined | Promise<boolean | undefined>;
  close(): Promise<void>;
}

/** What goes to the worker and comes back. */
export interface PasswordCheck {
  readonly id: number;
  readonly hash: string;
  readonly password: string;
}

/**
 * Checks passwords on a thread of its own, one at a time: bcrypt takes up to a quarter of a second, and the event loop must not. A password that was
 * right is known again for a while by a keyed digest, so that a client which sends it with every request costs one check a minute; wrong ones are
 * checked every time. Nothing remembered leads back to a password without the key, which lives in this process only.
 */
export function passwordAnswerer({
  mostRemembered = 1_024,
  rememberMs = 60_000,
  mostWaiting = 256,
  now = Date.now,
}: PasswordAnswererOptions = {}): PasswordAnswerer {
  const key = randomBytes(32);
  const right = new Map<string, number>();
  const waiting = new Map<number, (answer: boolean | undefined) => void>();
  let worker: Worker | undefined;
  let count = 0;
  let isClosed = false;

  const fail = (): void => {
    worker = undefined;
    for (const done of waiting.values()) done(undefined);
    waiting.clear();
  };
  const start = (): Worker => {
    const isSource = import.meta.url.endsWith('.ts');
    const created = new Worker(new URL(isSource ? './password-worker.ts' : './password-worker.js', import.meta.url), {
      ...(isSource ? { execArgv: ['--conditions=@ingresskit/source'] } : {}),
    });
    created.unref();
    created.on('message', ({ id, answer }: { readonly id: number; readonly answer: boolean | undefined }) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
      if (waiting.size === 0) created.unref();
    });
    created.on('error', fail);
    created.on('exit', fail);
    return created;
  };
  const check = (question: PasswordQuestion): boolean | undefined | Promise<boolean | undefined> => {
    if (isClosed) return undefined;
    const digest = createHmac('sha256', key)
      .update(JSON.stringify([question.hash, question.password]))
      .digest('base64');
    const until = right.get(digest);
    if (until !== undefined && until > now()) return true;
    if (waiting.size >= mostWaiting) return undefined;
    worker ??= start();
    worker.ref();
    const id = count++;
    const message: PasswordCheck = { id, hash: question.hash, password: question.password };
    worker.postMessage(message);
    return new Promise<boolean | undefined>((resolve) => {
      waiting.set(id, (answer) => {
        if (answer === true) {
          right.delete(digest);
          right.set(digest, now() + rememberMs);
          const [oldest] = right.keys();
          if (right.size > mostRemembered && oldest !== undefined) right.delete(oldest);
        }
        resolve(answer);
      });
    });
  };
  return Object.assign(check, {
    async close() {
      isClosed = true;
      await worker?.terminate();
    },
  });
}

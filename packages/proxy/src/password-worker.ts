import { parentPort } from 'node:worker_threads';
import { defaultCapabilities } from 'ingresskit';
import type { PasswordCheck } from './password-answerer.ts';

// The thread that checks passwords; see password-answerer.ts.
const { answer } = defaultCapabilities();

parentPort?.on('message', ({ id, hash, password }: PasswordCheck) => {
  parentPort?.postMessage({ id, answer: answer?.({ kind: 'password', hash, password } as never, undefined as never) });
});

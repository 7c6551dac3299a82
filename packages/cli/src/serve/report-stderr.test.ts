import type { ProxyEvents } from '@ingresskit/proxy';
import { expect, test } from 'vitest';
import { reportStderr } from './report-stderr.ts';

test('what a process says is one line, whatever it says', () => {
  let written = '';
  let tell: (message: ProxyEvents['stderr']) => void = () => undefined;
  reportStderr(
    {
      on: (_name, listener) => {
        tell = listener as never;
        return () => undefined;
      },
    },
    { stderr: { write: (text: string) => void (written += text) } as never },
  );
  tell({ text: 'a\n\u001b[31mb', endpoint: '192.0.2.1:9000', ingress: 'default/php', requestId: 'r1' });
  expect(written).toBe('ingresskit: FastCGI process 192.0.2.1:9000 of Ingress default/php, request r1: "a\\n\\u001b[31mb"\n');
});

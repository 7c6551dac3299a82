import type { IngressProxy } from '@ingresskit/proxy';
import type { CommandIo } from '../command-io.ts';

/** Writes what FastCGI processes say on their standard error to that of the command, a line for each request; escaped, since it may quote the client. */
export function reportStderr(proxy: Pick<IngressProxy, 'on'>, io: Pick<CommandIo, 'stderr'>): void {
  proxy.on('stderr', ({ text, endpoint, ingress, requestId }) => {
    void io.stderr.write(`ingresskit: FastCGI process ${endpoint} of Ingress ${ingress}, request ${requestId}: ${JSON.stringify(text)}\n`);
  });
}

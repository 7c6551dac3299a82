import { randomUUID } from 'node:crypto';
import { type Clock, type ClusterSource, createClient, LeaseElector } from '@ingresskit/kubernetes';
import type { Change } from '@ingresskit/resources';
import type { Compiled } from 'ingresskit';
import type { GatewayEvent } from './gateway-events.ts';
import type { PublishOptions } from './gateway-options.ts';
import { IngressStatusPublisher } from './ingress-status.ts';

/** One of the replicas writes; the others are ready to. */
export interface Publishing {
  update(compiled: Compiled, changes: readonly Change[]): void;
  /** Gives up the Lease, and closes the clients. */
  stop(): Promise<void>;
}

/** Takes part in the election of the replica that writes, and writes when elected. Nothing happens without options. */
export function startPublishing(options: {
  readonly cluster: ClusterSource;
  readonly publish: PublishOptions | undefined;
  readonly clock: Clock;
  readonly onEvent: (event: GatewayEvent) => void;
}): Publishing {
  const { cluster, publish, clock, onEvent } = options;
  if (publish === undefined) return { update: () => undefined, stop: () => Promise.resolve() };
  const identity = publish.identity ?? randomUUID();
  const stopping = new AbortController();
  // Two clients: the one of the election must be able to write when the other may not.
  const electing = createClient({ server: cluster, clock });
  const elector = new LeaseElector({
    client: electing,
    namespace: publish.namespace,
    name: publish.lease,
    identity,
    clock,
    onEvent: (event) => onEvent({ type: 'election', event }),
  });
  const writing = createClient({ server: cluster, clock, mayWrite: () => elector.isLeading });
  const publisher = new IngressStatusPublisher({
    client: writing,
    addresses: publish.addresses,
    instance: identity,
    events: publish.events ?? true,
    clock,
    onEvent,
  });
  let running: Promise<void> | undefined;
  return {
    update(compiled, changes) {
      publisher.update(compiled, changes);
      // Only a replica that serves takes part: one that never got ready must not hold the lead.
      running ??= elector.run(stopping.signal, (signal) => publisher.lead(signal));
    },
    async stop() {
      stopping.abort();
      await running;
      await Promise.all([electing.close(), writing.close()]);
    },
  };
}

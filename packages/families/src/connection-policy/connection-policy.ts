import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, int } from '@ingresskit/annotations';

/** Bounds of the connections between a gateway and a Service. An absent one is no limit of this kind. */
export interface ConnectionPolicy {
  readonly mostConnections?: number;
  readonly mostConnectionsPerEndpoint?: number;
  /** After this many requests a connection is closed. */
  readonly requestsPerConnection?: number;
}

const shared = { dialect: 'mse', scope: 'service', since: '1.2.20', risk: 'Low' } as const;
const positive = int({ min: 1, max: 1_000_000_000 });

/**
 * Bounds of the gateway's connections to a Service (mse.md §1.7). They protect the backend and keep no request out on purpose, so a bad value is left
 * out instead of closing the route. The data plane carries them out.
 */
export const connectionPolicy: Family<'connection-policy', ConnectionPolicy> = defineFamily({
  name: 'connection-policy',
  title: 'Connections to a Service',
  scope: 'backend',
  phase: 'forward',
  fields: {
    most: field('connection-policy-tcp-max-connection', positive, {
      ...shared,
      doc: 'Connections that a gateway opens to the whole Service.',
      example: '1024',
      badExample: '0',
    }),
    mostPerEndpoint: field('connection-policy-tcp-max-connection-per-endpoint', positive, {
      ...shared,
      doc: 'Connections that a gateway opens to one endpoint of the Service.',
      example: '100',
      badExample: 'none',
    }),
    requests: field('connection-policy-http-max-request-per-connection', positive, {
      ...shared,
      doc: 'Requests that one connection carries before it is closed.',
      example: '1000',
      badExample: '-1',
    }),
  },
  resolve({ most, mostPerEndpoint, requests }) {
    if (most === undefined && mostPerEndpoint === undefined && requests === undefined) return undefined;
    return {
      ...(most === undefined ? {} : { mostConnections: most }),
      ...(mostPerEndpoint === undefined ? {} : { mostConnectionsPerEndpoint: mostPerEndpoint }),
      ...(requests === undefined ? {} : { requestsPerConnection: requests }),
    };
  },
  request(policy, exchange) {
    exchange.declare('connections', policy);
    return undefined;
  },
});

import type { Codec, Family } from '@ingresskit/annotations';
import { defineFamily, field, invalid, parsed } from '@ingresskit/annotations';
import { defineDiagnostics, isSubdomain, quote } from '@ingresskit/resources';

/** Which description turns HTTP requests into calls of a Dubbo service. */
export interface Http2RpcPolicy {
  /** Name of an Http2Rpc object in the namespace of the gateway. */
  readonly name: string;
}

const objectName: Codec<string> = {
  grammar: 'the name of an Http2Rpc object',
  parse(text) {
    const name = text.trim();
    return name.length <= 253 && isSubdomain(name)
      ? parsed(name)
      : invalid('is not the name of an object', 'Write the name of an Http2Rpc object in the namespace of the gateway.');
  },
};

/**
 * HTTP requests as calls of a Dubbo service (higress.md §13). The mapping of methods and paths stands in an Http2Rpc object, which no manifest of an
 * Ingress holds: the decision names the object, and the gateway translates.
 */
export const http2Rpc: Family<'http2rpc', Http2RpcPolicy> = defineFamily({
  name: 'http2rpc',
  title: 'Calls of Dubbo services',
  scope: 'route',
  phase: 'forward',
  fields: {
    destination: field('rpc-destination-name', objectName, {
      doc: 'The Http2Rpc object, in the namespace of the gateway, that maps requests to calls of a Dubbo service.',
      example: 'orders',
      badExample: 'shop/orders',
      dialect: 'twin',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('http2rpc', {
    'not-translated': {
      severity: 'warning',
      consequence: 'none',
      title: 'Requests are calls of a Dubbo service, and not translated here',
      doc: 'The gateway maps the requests of this Ingress to calls by the named Http2Rpc object and refuses those that it does not map. Here the object is not read: decisions name it, and requests go on as they are.',
    },
  }),
  resolve({ destination }, context) {
    if (destination === undefined) return undefined;
    context.report('not-translated', {
      field: 'destination',
      message: `Http2Rpc ${quote(destination)} maps these requests on the gateway; here they are forwarded as they are.`,
      help: 'Test the mapping on the gateway.',
      data: { name: destination },
    });
    return { name: destination };
  },
  request({ name }, exchange) {
    exchange.declare('http2rpc', { name });
    return undefined;
  },
});

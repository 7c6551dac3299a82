import type { Family, Field } from '@ingresskit/annotations';
import { defineFamily, field, int, onOff, size } from '@ingresskit/annotations';

/** How bodies are held back on their way. Absent members are the data plane's own choice. */
export interface BufferingPolicy {
  /** Whether a request body is read to its end before the backend sees any of it. */
  readonly requests?: boolean;
  /** Whether responses are held back while the client is slow. */
  readonly responses?: boolean;
  readonly requestBufferBytes?: number;
  readonly bufferBytes?: number;
  readonly buffers?: number;
  readonly busyBytes?: number;
  /** The most of a response that may be written to disk. */
  readonly fileBytes?: number;
}

const largest = 2_147_483_647;

function bytes(key: string, doc: string, example: string): Field<number> {
  return field(key, size(), { doc, example, badExample: `${example}b!`, risk: 'Low' });
}

/**
 * How the gateway holds bodies back (ingress-nginx.md §7). Nothing of it decides where a request goes or what comes back, except that response headers
 * larger than a buffer are an error: the data plane carries it out as far as it can.
 */
export const buffering: Family<'buffering', BufferingPolicy> = defineFamily({
  name: 'buffering',
  title: 'Buffers for bodies',
  scope: 'route',
  phase: 'forward',
  fields: {
    requests: field('proxy-request-buffering', onOff(), {
      doc: 'Whether the whole request body is read before the backend is asked.',
      example: 'off',
      badExample: 'no',
      risk: 'Low',
    }),
    responses: field('proxy-buffering', onOff(), {
      doc: 'Whether responses are buffered. limit-rate needs it.',
      example: 'on',
      badExample: 'yes',
      risk: 'Low',
    }),
    requestBufferBytes: bytes('client-body-buffer-size', 'The buffer for a request body.', '16k'),
    bufferBytes: bytes(
      'proxy-buffer-size',
      'The buffer for response headers, and the size of each further buffer. Longer headers are an error.',
      '8k',
    ),
    buffers: field('proxy-buffers-number', int({ min: 1, max: largest }), {
      doc: 'How many buffers one response may fill.',
      example: '8',
      badExample: 'eight',
      risk: 'Low',
    }),
    busyBytes: bytes('proxy-busy-buffers-size', 'How much of the buffers may be busy sending to the client.', '16k'),
    fileBytes: bytes('proxy-max-temp-file-size', 'The most of a response that may be written to disk; 0 means nothing.', '100m'),
  },
  resolve(values) {
    const policy = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    return Object.keys(policy).length === 0 ? undefined : policy;
  },
  request(policy, exchange) {
    exchange.declare('buffering', policy);
    return undefined;
  },
});

import type { Family } from '@ingresskit/annotations';
import { configMapRef, defineFamily, field, isToken } from '@ingresskit/annotations';
import { defineDiagnostics, quote } from '@ingresskit/resources';
import { referenceDiagnostics, resolveReference } from '../references/index.ts';

/** Headers that every answer of a route carries. */
export interface CustomHeadersPolicy {
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What differs between gateways. */
export interface CustomHeadersSettings {
  /** The names that may be set, letter by letter (ConfigMap `global-allowed-response-headers`). */
  readonly allowed: readonly string[];
}

const settings: CustomHeadersSettings = { allowed: [] };
const name = /^[A-Za-z0-9_-]+$/;
const value = /^[ -~]*$/;

/**
 * Response headers from a ConfigMap (ingress-nginx.md §12). They stand on every answer, the gateway's own included, in the place of what the backend sent.
 * The operator lists the names that may be set; another name, or a ConfigMap that cannot be had, closes the route, as in the original.
 */
export const customHeaders: Family<'custom-headers', CustomHeadersPolicy> = defineFamily({
  name: 'custom-headers',
  title: 'Response headers from a ConfigMap',
  scope: 'route',
  // Before anything can answer.
  phase: 'measure',
  settings,
  fields: {
    configMap: field('custom-headers', configMapRef(), {
      doc: 'The ConfigMap, `namespace/name`, whose entries are headers of every answer.',
      example: 'default/answer-headers',
      badExample: 'a/b/c',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('custom-headers', {
    ...referenceDiagnostics('ConfigMap', {
      role: 'the response headers',
      without: 'The routes answer 503 until it can be read.',
      severity: 'error',
      consequence: 'route-denied',
    }),
    'header-not-allowed': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'A response header is not one that the operator allows',
      doc: 'The names that custom-headers may set are listed in the ConfigMap of the controller, key global-allowed-response-headers; by default there are none. The routes answer 503.',
    },
    'not-a-header': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'An entry of the ConfigMap cannot be a header',
      doc: 'Names hold letters, digits, "-" and "_"; values hold printable ASCII on one line. The routes answer 503.',
    },
  }),
  resolve({ configMap }, context) {
    if (configMap === undefined) return undefined;
    const reference = resolveReference('ConfigMap', configMap, context);
    if (!reference.ok) {
      const { diagnostic, problem, help, data } = reference;
      return context.deny(diagnostic, { field: 'configMap', message: `${problem}; every route of this Ingress answers 503.`, help, data });
    }
    const headers = Object.entries(reference.object.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [header, text] of headers) {
      if (!name.test(header) || !isToken(header) || !value.test(text)) {
        return context.deny('not-a-header', {
          field: 'configMap',
          message: `Entry ${quote(header)} of ${reference.what} cannot be a header; every route of this Ingress answers 503.`,
          help: 'Use a plain name, and printable ASCII on one line.',
        });
      }
      if (!context.settings.allowed.includes(header)) {
        return context.deny('header-not-allowed', {
          field: 'configMap',
          message: `The operator does not allow ${quote(header)} in responses; every route of this Ingress answers 503.`,
          help: 'Ask for the name in global-allowed-response-headers.',
          data: { header },
        });
      }
    }
    return headers.length === 0 ? undefined : { headers };
  },
  request({ headers }, exchange) {
    for (const [header, text] of headers) exchange.setResponseHeader(header, text);
    return undefined;
  },
});

import type { Codec, Exchange, Field, Outcome } from '@ingresskit/annotations';
import { field, int, invalid, oneOf, parsed, text, url } from '@ingresskit/annotations';

/** What a request above a limit gets. */
export type LimitAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly redirect: string };

/** A limit of the whole gateway answers as Sentinel does (mse.md §2.15). */
export const sentinelBody = 'sentinel rate limited';
const contentTypes = { text: 'text/plain; charset=UTF-8', json: 'application/json; charset=UTF-8' } as const;
const redirectStatus = 302;
const absoluteUrl = url();

/** A URL, or one without a scheme, as the vendor's example has it (mse.md §2.15): it then keeps the scheme of the request. */
const fallbackUrl: Codec<string> = {
  grammar: 'URL, with or without http:// or https://',
  parse(given) {
    const trimmed = given.trim();
    const hasScheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(trimmed.slice(0, 32));
    if (!hasScheme && trimmed.startsWith('/')) return invalid('names no host', 'Write a URL such as "https://example.com/busy".');
    const result = absoluteUrl.parse(hasScheme ? trimmed : `http://${trimmed}`);
    return result.ok ? parsed(trimmed) : result;
  },
};

/** The four annotations that say what a request above a limit gets. */
export type FallbackFields = {
  readonly code: Field<number>;
  readonly bodyType: Field<'text' | 'json', never>;
  readonly body: Field<string, never>;
  readonly redirect: Field<string>;
};

/** The fallback annotations of `rate-limit` or `concurrency-limit`. */
export function fallbackFields(limit: 'rate-limit' | 'concurrency-limit'): FallbackFields {
  const shared = { dialect: 'mse', since: '1.2.25', risk: 'Low' } as const;
  return {
    code: field(`${limit}-fallback-custom-response-code`, int({ min: 200, max: 599 }), {
      ...shared,
      doc: `The status of a request above ${limit}; without it 429. It excludes a redirect.`,
      example: '503',
      badExample: '99',
    }),
    bodyType: field(`${limit}-fallback-custom-response-body-type`, oneOf(['text', 'json']), {
      ...shared,
      doc: 'The content type of the answer: plain text or JSON.',
      default: 'text',
      example: 'json',
      badExample: 'html',
    }),
    body: field(`${limit}-fallback-custom-response-body`, text({ lines: true }), {
      ...shared,
      doc: 'The body of the answer.',
      default: sentinelBody,
      example: '{"error":"busy"}',
      badExample: ' ',
    }),
    redirect: field(`${limit}-fallback-redirect-url`, fallbackUrl, {
      ...shared,
      doc: 'Where a request above the limit is sent instead, with 302.',
      example: 'https://example.com/busy',
      badExample: '/busy',
      risk: 'Medium',
    }),
  };
}

/** What the four annotations amount to. A status beside a redirect wins: the two exclude each other, and the status promises less. */
export function fallbackAnswer(values: {
  readonly code: number | undefined;
  readonly bodyType: 'text' | 'json';
  readonly body: string;
  readonly redirect: string | undefined;
}): LimitAnswer {
  if (values.redirect !== undefined && values.code === undefined) return { redirect: values.redirect };
  return { status: values.code ?? 429, headers: { 'content-type': contentTypes[values.bodyType] }, body: values.body };
}

/** The status that a limit shows in decisions. */
export function statusOf(answer: LimitAnswer): number {
  return 'redirect' in answer ? redirectStatus : answer.status;
}

/** The outcome for a request above a limit. */
export function refuse(answer: LimitAnswer, { request }: Exchange): Outcome {
  if (!('redirect' in answer)) return { kind: 'respond', status: answer.status, headers: answer.headers, body: answer.body };
  const location = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(answer.redirect.slice(0, 32))
    ? answer.redirect
    : `${request.scheme}://${answer.redirect}`;
  return { kind: 'redirect', status: redirectStatus, location };
}

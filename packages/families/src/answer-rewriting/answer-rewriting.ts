import type { Exchange, Family, UpstreamAnswer } from '@ingresskit/annotations';
import { defineFamily, field } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { Replacement } from './operands.ts';
import { redirectOperand, replacement } from './operands.ts';
import { refreshWithBeginning, withBeginning, withDomain, withPath } from './rewrite-answer.ts';

/** What is changed in the answers of the backend, so that they fit the public address. */
export interface AnswerRewritingPolicy {
  readonly cookieDomain?: Replacement;
  readonly cookiePath?: Replacement;
  /** The beginning of Location and Refresh. */
  readonly redirect?: { readonly from: string; readonly to: string };
}

/**
 * Addresses in answers of the backend (ingress-nginx.md §7): the domain and path of its cookies, and where its redirects lead. It acts on what the backend
 * sends, not on answers of the gateway.
 */
export const answerRewriting: Family<'answer-rewriting', AnswerRewritingPolicy> = defineFamily({
  name: 'answer-rewriting',
  title: 'Addresses in answers of the backend',
  scope: 'route',
  phase: 'forward',
  fields: {
    cookieDomain: field('proxy-cookie-domain', replacement, {
      doc: 'The domain of cookies that is looked for, and the one that takes its place; or `off`.',
      example: 'internal.example shop.example.com',
      badExample: 'internal.example',
      risk: 'Medium',
    }),
    cookiePath: field('proxy-cookie-path', replacement, {
      doc: 'The beginning of the path of cookies that is looked for, and what takes its place; or `off`.',
      example: '/app /shop',
      badExample: '/app',
      risk: 'Medium',
    }),
    redirectFrom: field('proxy-redirect-from', redirectOperand, {
      doc: 'The beginning of Location and Refresh that is looked for; or `off`.',
      example: 'http://internal.example/',
      badExample: 'http://internal.example/#x',
      risk: 'Medium',
    }),
    redirectTo: field('proxy-redirect-to', redirectOperand, {
      doc: 'What takes the place of proxy-redirect-from.',
      example: 'https://shop.example.com/',
      badExample: 'https://shop.example.com/#x',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('answer-rewriting', {
    'half-a-redirect': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'proxy-redirect-from and proxy-redirect-to need each other',
      doc: 'One of the two says what is looked for, the other what takes its place. Alone it has no effect.',
    },
    'default-redirect': {
      severity: 'info',
      consequence: 'field-ignored',
      title: 'proxy-redirect-from "default" changes nothing that a decision could know',
      doc: 'It replaces the address under which nginx itself knows the backend, which no manifest tells.',
    },
  }),
  resolve({ cookieDomain, cookiePath, redirectFrom, redirectTo }, context) {
    if (redirectFrom === 'default') {
      context.report('default-redirect', {
        field: 'redirectFrom',
        message: '"default" concerns an address inside nginx; it has no effect here.',
      });
    } else if ((redirectFrom ?? 'off') !== 'off' ? (redirectTo ?? 'off') === 'off' : redirectTo !== undefined && redirectTo !== 'off') {
      context.report('half-a-redirect', {
        field: redirectFrom === undefined || redirectFrom === 'off' ? 'redirectTo' : 'redirectFrom',
        message: 'Only one of proxy-redirect-from and proxy-redirect-to says something, so Location and Refresh stay as they are.',
        help: 'Set both.',
      });
    }
    const isWhole =
      redirectFrom !== undefined && redirectTo !== undefined && ![redirectFrom, redirectTo].includes('off') && redirectFrom !== 'default';
    if (cookieDomain === undefined && cookiePath === undefined && !isWhole) return undefined;
    return {
      ...(cookieDomain === undefined ? {} : { cookieDomain }),
      ...(cookiePath === undefined ? {} : { cookiePath }),
      ...(isWhole ? { redirect: { from: redirectFrom, to: redirectTo } } : {}),
    };
  },
  response(policy, exchange, answer) {
    rewriteCookies(policy, exchange, answer);
    const { redirect } = policy;
    if (redirect === undefined) return undefined;
    rewriteHeader('location', exchange, answer, (value) => withBeginning(value, redirect));
    rewriteHeader('refresh', exchange, answer, (value) => refreshWithBeginning(value, redirect));
    return undefined;
  },
});

function rewriteCookies({ cookieDomain, cookiePath }: AnswerRewritingPolicy, exchange: Exchange, answer: UpstreamAnswer): void {
  const cookies = valuesOf(answer, 'set-cookie');
  const edited = cookies.map((cookie) => withPath(withDomain(cookie, cookieDomain), cookiePath));
  if (edited.every((cookie, index) => cookie === cookies[index])) return;
  exchange.removeResponseHeader('set-cookie');
  for (const cookie of edited) exchange.appendResponseHeader('set-cookie', cookie);
}

function rewriteHeader(name: string, exchange: Exchange, answer: UpstreamAnswer, edit: (value: string) => string): void {
  const [value] = valuesOf(answer, name);
  if (value === undefined) return;
  const edited = edit(value);
  if (edited !== value) exchange.setResponseHeader(name, edited);
}

function valuesOf({ headers = {} }: UpstreamAnswer, name: string): readonly string[] {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name) return typeof value === 'string' ? [value] : value;
  }
  return [];
}

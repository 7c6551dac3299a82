import type { Family, ResolveContext, UrlValue } from '@ingresskit/annotations';
import { defineFamily, field, int, url } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { gatewayRedirects, gatewaySite } from '../gateway-redirects/gateway-redirects.ts';
import { siteOf } from './location.ts';

/** Where every request of a route is sent instead of to the backend. */
export interface RedirectPolicy {
  /** 301, 302, 303, 307 or 308. */
  readonly status: number;
  /** The target as written. */
  readonly href: string;
  /** Scheme and host of the target; absent for a path on the same host. */
  readonly site?: string;
  /** Path of the target, `''` when it has none. */
  readonly path: string;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.5, higress.md A.4). */
export interface RedirectSettings {
  /** Whether the request's query is carried over, and its path where the target has none. Otherwise the target is sent as written. */
  readonly keepsRequest: boolean;
  /** Whether permanent-redirect may be a path on the same host. */
  readonly relativeTargets: boolean;
}

const settings: RedirectSettings = { keepsRequest: true, relativeTargets: false };

// The other codes from 300 to 308 have no Location (RFC 9110 §15.4), and neither reference gateway sends one with them.
const permanentCodes: readonly number[] = [301, 302, 303, 307, 308];
const temporalCodes: readonly number[] = [301, 302, 303, 307];

/** Sends clients to another place (mse.md §2.5, higress.md A.4, ingress-nginx.md §11). It wins over the redirect to HTTPS. */
export const redirect: Family<'redirect', RedirectPolicy> = defineFamily({
  name: 'redirect',
  title: 'Redirects to another place',
  scope: 'route',
  phase: 'redirect',
  settings,
  fields: {
    permanent: field('permanent-redirect', url({ allowRelative: true }), {
      doc: 'Answers every request with a permanent redirect to this URL.',
      example: 'https://www.example.com',
      badExample: 'www.example.com',
      risk: 'Medium',
    }),
    permanentCode: field('permanent-redirect-code', int(), {
      doc: 'The status of permanent-redirect: 301, 302, 303, 307 or 308.',
      default: 301,
      example: '308',
      badExample: 'permanent',
      risk: 'Low',
    }),
    temporal: field('temporal-redirect', url(), {
      doc: 'Answers every request with a temporary redirect to this URL; it wins over permanent-redirect.',
      example: 'https://status.example.com/maintenance',
      badExample: '/maintenance',
      risk: 'Medium',
    }),
    temporalCode: field('temporal-redirect-code', int(), {
      doc: 'The status of temporal-redirect: 301, 302, 303 or 307.',
      default: 302,
      example: '307',
      badExample: 'temporary',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('redirect', {
    'no-target': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'A redirect status without a redirect',
      doc: 'The status of a redirect has an effect only beside the annotation with its target, which is missing or invalid. Requests go to the backend.',
    },
    'relative-target': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'The target of a redirect is a path',
      doc: 'This gateway redirects to URLs with http:// or https:// only. Write the URL out. To change the path that the backend sees, use rewrite-target.',
    },
    'query-dropped': {
      severity: 'warning',
      consequence: 'none',
      title: 'The query of a redirect target is left out',
      doc: 'This gateway sends the query of the request with the redirect, never one of the target’s own. Leave it out of the annotation, or send clients to a path that needs no query.',
    },
    'not-a-redirect-status': {
      severity: 'warning',
      consequence: 'default-used',
      title: 'The status cannot be that of a redirect',
      doc: 'Clients follow a Location with 301, 302, 303, 307 and 308 only. The default status is used.',
    },
    'temporal-wins': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'Two redirects on one Ingress',
      doc: 'temporal-redirect wins over permanent-redirect, which has no effect. Remove one of them.',
    },
  }),
  resolve({ permanent, permanentCode, temporal, temporalCode }, context) {
    if (temporal !== undefined) {
      if (permanent !== undefined) {
        context.report('temporal-wins', {
          field: 'permanent',
          message: 'temporal-redirect is set too and wins; permanent-redirect has no effect.',
          help: 'Remove one of the two annotations.',
        });
      }
      return policyOf(temporal, 'temporal', statusOf('temporalCode', temporalCode, 302, temporalCodes, context), context);
    }
    if (permanent === undefined) {
      const code = context.present('permanentCode') ? 'permanentCode' : context.present('temporalCode') ? 'temporalCode' : undefined;
      if (code !== undefined) {
        context.report('no-target', {
          field: code,
          message: 'The status has no redirect to belong to; requests go to the backend.',
          help: `Add ${code === 'permanentCode' ? 'permanent-redirect' : 'temporal-redirect'} with a URL, or remove the status.`,
        });
      }
      return undefined;
    }
    if (permanent.scheme === undefined && !context.settings.relativeTargets) {
      context.report('relative-target', {
        field: 'permanent',
        message: `${JSON.stringify(permanent.href)} is a path, and this gateway redirects to URLs only; requests go to the backend.`,
        help: 'Write the URL with "https://" and the host.',
      });
      return undefined;
    }
    return policyOf(permanent, 'permanent', statusOf('permanentCode', permanentCode, 301, permanentCodes, context), context);
  },
  request({ status, href, site, path }, exchange) {
    const { request } = exchange;
    const { keepsRequest } = exchange.settings as unknown as RedirectSettings;
    if (!keepsRequest)
      return {
        kind: 'redirect',
        status,
        location: site === undefined ? gatewaySite(request, exchange.policy(gatewayRedirects)) + href : href,
      };
    const query = request.query === undefined ? '' : `?${request.query}`;
    return { kind: 'redirect', status, location: `${site ?? siteOf(request)}${path === '' ? request.path : path}${query}` };
  },
});

type Context = ResolveContext<RedirectSettings>;

function policyOf({ href, scheme, authority, path, query }: UrlValue, name: string, status: number, context: Context): RedirectPolicy {
  if (query !== undefined && context.settings.keepsRequest) {
    context.report('query-dropped', {
      field: name,
      message: `The query ${JSON.stringify(`?${query}`)} of the target is left out: the redirect carries the query of the request.`,
      help: 'Remove the query from the URL.',
    });
  }
  return { status, href, ...(scheme === undefined ? {} : { site: `${scheme}://${authority ?? ''}` }), path };
}

function statusOf(name: string, code: number, fallback: number, codes: readonly number[], context: Context): number {
  if (codes.includes(code)) return code;
  context.report('not-a-redirect-status', {
    field: name,
    message: `Status ${code} is none of ${codes.join(', ')}; ${fallback} is used.`,
    help: `Use one of ${codes.join(', ')}.`,
    data: { status: code },
  });
  return fallback;
}

import type { Exchange, Family } from '@ingresskit/annotations';
import { defineFamily } from '@ingresskit/annotations';
import { readCookie } from './affinity-cookie.ts';
import type { SessionAffinityFields } from './fields.ts';
import { sessionAffinityFields } from './fields.ts';
import { resolveAffinity, sessionAffinityDiagnostics } from './resolve.ts';
import type { SessionAffinityPolicy, SessionAffinitySettings } from './session-affinity-policy.ts';
import { sessionAffinitySettings } from './session-affinity-policy.ts';

/**
 * Keeps a client with one endpoint by a cookie that the gateway issues (mse.md §2.8, higress.md A.10, ingress-nginx.md §8.2). The data plane chooses
 * the endpoint and sets the cookie; the decision says which cookie, with what attributes, and whether the request brings one.
 */
export const sessionAffinity: Family<'session-affinity', SessionAffinityPolicy> = defineFamily<
  'session-affinity',
  SessionAffinityPolicy,
  SessionAffinityFields,
  SessionAffinitySettings
>({
  name: 'session-affinity',
  title: 'Clients stay with an endpoint',
  scope: 'backend',
  phase: 'forward',
  settings: sessionAffinitySettings,
  fields: sessionAffinityFields,
  diagnostics: sessionAffinityDiagnostics,
  resolve: resolveAffinity,
  request({ cookie, mode, changeOnFailure, path }, exchange) {
    const isPresent = readCookie(exchange.request.header('cookie'), cookie.name) !== undefined;
    const issues = isIssuedHere(exchange);
    exchange.declare('affinity', {
      cookie: cookie.name,
      mode: mode ?? 'balanced',
      path: path ?? exchange.route.pathText,
      ...withoutName(cookie),
      ...(changeOnFailure ? { changeOnFailure } : {}),
      present: isPresent,
      issues,
    });
    exchange.note(
      isPresent
        ? 'the client brings the cookie'
        : issues
          ? 'the client has no cookie and gets one'
          : 'the cookie is not issued on this route',
    );
    if (path === undefined && exchange.route.path.kind === 'regex')
      exchange.note('the path of the cookie is a pattern, which no browser matches');
    return undefined;
  },
});

function withoutName({ name: _name, ...attributes }: SessionAffinityPolicy['cookie']): Omit<SessionAffinityPolicy['cookie'], 'name'> {
  return attributes;
}

/** On ingress-nginx only routes of an Ingress that asks for affinity issue the cookie; every route of the Service honours it. */
function isIssuedHere({ settings, route }: Exchange): boolean {
  const { issuedBy } = settings as unknown as SessionAffinitySettings;
  return (
    issuedBy === 'every-route' || route.provenance.annotations[sessionAffinity.name]?.some((key) => key.endsWith('/affinity')) === true
  );
}

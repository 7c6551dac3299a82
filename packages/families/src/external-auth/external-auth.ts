import type { Family } from '@ingresskit/annotations';
import { defineFamily } from '@ingresskit/annotations';
import { externalAuthDiagnostics } from './diagnostics.ts';
import { externalAuthFields } from './fields.ts';
import type { ExternalAuthPolicy, ExternalAuthSettings } from './policy.ts';
import { questionAbout } from './question.ts';
import { resolveExternalAuth } from './resolve.ts';
import { setWaitingCookies, verdictOn } from './verdict.ts';

const settings: ExternalAuthSettings = {
  exemptLocations: ['/.well-known/acme-challenge'],
  http2: true,
  sentFrom: 'nginx-ingress-controller',
  clusterDomain: 'cluster.local',
};

/**
 * A service of one's own decides about every request (ingress-nginx.md §3.2). The walk asks and waits: the data plane puts the question to the
 * service, `eval` finds the answer in the request. Without an answer the gate stays shut, and a value that cannot be read closes the routes, also
 * where ingress-nginx would drop the whole gate.
 */
export const externalAuth: Family<'external-auth', ExternalAuthPolicy> = defineFamily({
  name: 'external-auth',
  title: 'Authentication by an external service',
  scope: 'route',
  phase: 'authenticate',
  restricting: true,
  accessCheck: true,
  settings,
  fields: externalAuthFields,
  diagnostics: externalAuthDiagnostics,
  resolvesWhenAbsent: ({ global }) => global !== undefined,
  resolve: resolveExternalAuth,
  request(policy, exchange) {
    const { exemptLocations } = exchange.settings as unknown as ExternalAuthSettings;
    if (exemptLocations.some((prefix) => exchange.route.pathText.startsWith(prefix))) {
      exchange.note('the location is exempt from authentication');
      return undefined;
    }
    const question = questionAbout(policy, exchange);
    if ('problem' in question) return { kind: 'deny', why: question.problem };
    return { kind: 'ask', question, resume: (answer) => verdictOn(policy, exchange, answer) };
  },
  // What the service would have said of the client is not the client's to say.
  needless({ responseHeaders }, exchange) {
    for (const name of responseHeaders) exchange.removeRequestHeader(name);
  },
  response(_policy, exchange, { status }) {
    setWaitingCookies(exchange, status);
    return undefined;
  },
});

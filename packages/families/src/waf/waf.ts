import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field, text } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { nginxTemplate } from '../nginx-variables/index.ts';

/** A web application firewall that somebody else runs. */
export interface WafPolicy {
  readonly enabled: boolean;
  readonly coreRules: boolean;
  readonly transactionId?: NginxTemplate;
}

/**
 * The firewall of ingress-nginx (ModSecurity). Nothing here looks into requests, so a route that asks for it is a gate that nobody enforces: an error, or a
 * closed route where the options say so (mse.md §2.17 has it outside annotations).
 */
export const waf: Family<'waf', WafPolicy> = defineFamily({
  name: 'waf',
  title: 'Web application firewall',
  scope: 'route',
  phase: 'address',
  restricting: true,
  fields: {
    enable: field('enable-modsecurity', bool(), {
      doc: 'Switches the firewall on or off for the routes; it only watches unless its rules say otherwise.',
      example: 'true',
      badExample: 'on',
      scope: 'ingress',
      risk: 'Low',
    }),
    coreRules: field('enable-owasp-core-rules', bool(), {
      doc: 'Loads the OWASP core rules.',
      default: false,
      example: 'true',
      badExample: 'on',
      scope: 'ingress',
      risk: 'Low',
    }),
    transactionId: field(
      'modsecurity-transaction-id',
      nginxTemplate({
        form: {
          pattern: /^[A-Za-z0-9_${}-]+$/,
          grammar: 'variables, letters, digits, "-" and "_"',
          problem: 'has a character that is not accepted here',
        },
      }),
      {
        doc: 'The id under which the firewall logs a request.',
        example: '$req_id',
        badExample: '$req_id;',
        scope: 'ingress',
        risk: 'High',
        tunes: true,
      },
    ),
    rules: field('modsecurity-snippet', text({ lines: true, max: 262_144 }), {
      doc: "Rules of the firewall in ModSecurity's language.",
      example: 'SecRuleEngine On',
      scope: 'ingress',
      risk: 'Critical',
    }),
  },
  diagnostics: defineDiagnostics('waf', {
    'not-enforced': {
      severity: 'error',
      consequence: 'family-ignored',
      title: 'The routes ask for a firewall, and nobody runs one',
      doc: 'Requests are not looked into here. Put a firewall before the gateway or into it. Where gates that nobody enforces are closed, the routes answer 503.',
    },
  }),
  resolve({ enable, coreRules, transactionId, rules }, context) {
    // `false` takes the routes out of a firewall that the whole controller may have: nothing to enforce.
    const asks = enable === true || (enable === undefined && (coreRules || rules !== undefined));
    if (!asks) return undefined;
    const denied = context.unenforced('not-enforced', {
      field: enable === undefined ? (rules === undefined ? 'coreRules' : 'rules') : 'enable',
      message: 'The routes ask for a firewall, and nobody here looks into requests; what it should keep out gets in.',
      help: 'Put a firewall before the gateway, or use the one of the gateway.',
    });
    return denied ?? { enabled: enable === true, coreRules, ...(transactionId === undefined ? {} : { transactionId }) };
  },
  request({ enabled, coreRules }, exchange) {
    exchange.note('the firewall that the route asks for does not exist here');
    exchange.declare('waf', { enabled, coreRules, enforced: false });
    return undefined;
  },
});

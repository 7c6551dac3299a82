import type { Family, Field, ResolveContext, ValuesOf } from '@ingresskit/annotations';
import { absolutePath, bool, defineFamily, field, oneOf } from '@ingresskit/annotations';
import { defineDiagnostics, formatRef, refOf } from '@ingresskit/resources';
import { domainList, matchValue } from './codecs.ts';

/** A server of the Model Context Protocol behind the gateway: which requests belong to it and how its upstream speaks. */
export interface McpServerPolicy {
  /** `namespace/name` of the Ingress, which is the name of the server. */
  readonly name: string;
  /** `['*']`: every host. */
  readonly domains: readonly string[];
  readonly match: { readonly type: MatchType; readonly value: string };
  /** Absent: plain requests. */
  readonly upstreamType?: 'rest' | 'sse' | 'streamable';
  /** The prefix that takes the place of the matched one; absent: paths stay. */
  readonly pathRewritePrefix?: string;
}

type MatchType = (typeof matchTypes)[number];
const matchTypes = ['exact', 'prefix', 'suffix', 'contains', 'regex'] as const;
const upstreamTypes = ['rest', 'sse', 'streamable'] as const;

/** The fields of the family, by their names in code. */
export type McpServerFields = {
  readonly enabled: Field<boolean, never>;
  readonly domains: Field<readonly string[], never>;
  readonly matchType: Field<MatchType>;
  readonly matchValue: Field<string, never>;
  readonly upstreamType: Field<(typeof upstreamTypes)[number]>;
  readonly rewrites: Field<boolean, never>;
  readonly prefix: Field<string>;
};

const shared = { dialect: 'twin', risk: 'Low' } as const;

/** Servers of the Model Context Protocol (higress.md §14). The protocol itself is spoken by a filter of the gateway, once its own settings enable it. */
export const mcpServer: Family<'mcp-server', McpServerPolicy> = defineFamily<'mcp-server', McpServerPolicy, McpServerFields>({
  name: 'mcp-server',
  title: 'Servers of the Model Context Protocol',
  scope: 'route',
  phase: 'forward',
  fields: {
    enabled: field('mcp-server', bool(), {
      ...shared,
      doc: 'Makes the Ingress an MCP server; its name is `namespace/name` of the Ingress.',
      default: false,
      example: 'true',
      badExample: 'on',
    }),
    domains: field('mcp-server-match-rule-domains', domainList, {
      ...shared,
      doc: 'The hosts of the server; `*` is every host.',
      default: ['*'],
      example: 'mcp.example.com,tools.example.com',
      badExample: 'https://mcp.example.com',
    }),
    matchType: field('mcp-server-match-rule-type', oneOf(matchTypes), {
      ...shared,
      doc: 'How the path of a request is compared. Without it there is no server.',
      example: 'prefix',
      badExample: 'glob',
    }),
    matchValue: field('mcp-server-match-rule-value', matchValue, {
      ...shared,
      doc: 'What the path is compared with.',
      default: '',
      example: '/mcp',
      badExample: '/mcp\u0000',
    }),
    upstreamType: field('mcp-server-upstream-type', oneOf(upstreamTypes), {
      ...shared,
      doc: 'How the upstream speaks: plain requests, server-sent events, or the streamable transport.',
      example: 'sse',
      badExample: 'grpc',
    }),
    rewrites: field('mcp-server-enable-path-rewrite', bool(), {
      ...shared,
      doc: 'Whether the matched path is replaced on its way to the upstream; only with sse.',
      default: false,
      example: 'true',
      badExample: 'on',
    }),
    prefix: field('mcp-server-path-rewrite-prefix', absolutePath(), {
      ...shared,
      doc: 'What takes the place of the matched path.',
      example: '/v1',
      badExample: 'v1',
    }),
  },
  diagnostics: defineDiagnostics('mcp-server', {
    'not-switched-on': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'An MCP server is described and not switched on',
      doc: 'Only an Ingress with mcp-server set to "true" is an MCP server. The other annotations have no effect.',
    },
    'no-match-type': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'Nothing says how requests of the MCP server are told',
      doc: 'mcp-server-match-rule-type is missing or not valid, so there is no server. Write exact, prefix, suffix, contains or regex.',
    },
    'rewrite-without-sse': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'Only an upstream of type sse has its path rewritten',
      doc: 'The path rewrite of MCP servers exists for server-sent events. With another upstream type it has no effect.',
    },
  }),
  resolve(values, context) {
    const { enabled, domains, matchType, matchValue, upstreamType } = values;
    if (!enabled) {
      reportNotSwitchedOn(context);
      return undefined;
    }
    if (matchType === undefined) {
      context.report('no-match-type', {
        field: context.present('matchType') ? 'matchType' : 'enabled',
        message: 'mcp-server-match-rule-type is missing or not valid, so there is no MCP server.',
        help: `Write one of ${matchTypes.join(', ')}.`,
      });
      return undefined;
    }
    const prefix = prefixOf(values, context);
    return {
      name: formatRef(refOf(context.ingress)),
      domains,
      match: { type: matchType, value: matchValue },
      ...(upstreamType === undefined ? {} : { upstreamType }),
      ...(prefix === undefined ? {} : { pathRewritePrefix: prefix }),
    };
  },
  request(policy, exchange) {
    exchange.declare('mcpServer', policy);
    return undefined;
  },
});

type Context = ResolveContext<object>;
const details = ['domains', 'matchType', 'matchValue', 'upstreamType', 'rewrites', 'prefix'] as const;

function reportNotSwitchedOn(context: Context): void {
  const detail = details.find((name) => context.present(name));
  if (detail === undefined) return;
  context.report('not-switched-on', {
    field: detail,
    message: `${context.keyOf(detail) ?? detail} describes an MCP server, and mcp-server is not "true"; it has no effect.`,
    help: 'Set mcp-server to "true", or remove the annotation.',
  });
}

function prefixOf({ rewrites, prefix, upstreamType }: ValuesOf<McpServerFields>, context: Context): string | undefined {
  if (!rewrites) return undefined;
  if (upstreamType === 'sse') return prefix ?? '/';
  context.report('rewrite-without-sse', {
    field: 'rewrites',
    message: `The upstream type is ${upstreamType ?? 'not given'}; the path is not rewritten.`,
    help: 'Set mcp-server-upstream-type to "sse", or remove the rewrite.',
  });
  return undefined;
}

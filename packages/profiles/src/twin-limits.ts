import type { Profile } from '@ingresskit/annotations';

const servers =
  'The decision names the server; the MCP protocol itself is spoken by a filter of the gateway, once its ConfigMap higress-config enables it.';

/** Annotations of the open-source twin that only its own filters can carry out (higress.md A.10, §13, §14). */
export const twinLimits: NonNullable<Profile['limits']> = {
  'rpc-destination-name': 'The decision names the Http2Rpc object, which is not read: requests are forwarded as they are.',
  'mcp-sse-stateful-param-name': 'The decision names the parameter; the data plane here does not keep MCP sessions with their endpoint.',
  'mcp-server': servers,
  'mcp-server-match-rule-domains': servers,
  'mcp-server-match-rule-type': servers,
  'mcp-server-match-rule-value': servers,
  'mcp-server-upstream-type': servers,
  'mcp-server-enable-path-rewrite': servers,
  'mcp-server-path-rewrite-prefix': servers,
};

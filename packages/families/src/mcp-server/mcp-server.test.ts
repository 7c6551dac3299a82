import { expect, test } from 'vitest';
import { resolveFamily } from '../testing/resolve.ts';
import { domainList } from './codecs.ts';
import { mcpServer } from './mcp-server.ts';

const prefix = 'mcp-server-match-rule-';

test('hosts default to all, and the rewrite needs server-sent events', () => {
  const on = { 'mcp-server': 'true', [`${prefix}type`]: 'prefix', [`${prefix}value`]: '/mcp' };
  expect(resolveFamily(mcpServer, on).policy).toMatchObject({ domains: ['*'], match: { type: 'prefix', value: '/mcp' } });
  const rewriting = { ...on, 'mcp-server-enable-path-rewrite': 'true', 'mcp-server-path-rewrite-prefix': '/v1' };
  const rest = resolveFamily(mcpServer, { ...rewriting, 'mcp-server-upstream-type': 'rest' });
  expect(rest.codes).toEqual(['mcp-server/rewrite-without-sse']);
  expect(rest.policy).not.toHaveProperty('pathRewritePrefix');
  expect(resolveFamily(mcpServer, { ...rewriting, 'mcp-server-upstream-type': 'sse' }).policy).toMatchObject({ pathRewritePrefix: '/v1' });
});

test('without a way to tell its requests, or without the switch, there is no server', () => {
  expect(resolveFamily(mcpServer, { 'mcp-server': 'true' })).toMatchObject({ policy: undefined, codes: ['mcp-server/no-match-type'] });
  expect(resolveFamily(mcpServer, { [`${prefix}type`]: 'exact' })).toMatchObject({
    policy: undefined,
    codes: ['mcp-server/not-switched-on'],
  });
});

test('a star among the hosts is all of them, and an item that is none spoils the list', () => {
  expect(domainList.parse('a.example.com, *')).toEqual({ ok: true, value: ['*'] });
  expect(domainList.parse('A.example.com,*.b.example.com')).toEqual({ ok: true, value: ['a.example.com', '*.b.example.com'] });
  for (const text of ['a,,b', 'https://a', 'a b', ',']) expect(domainList.parse(text).ok).toBe(false);
});

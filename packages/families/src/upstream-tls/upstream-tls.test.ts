import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { protocolList, serverName } from './codecs.ts';
import { upstreamTls } from './upstream-tls.ts';

const terms = { verify: true };

/** The protocol that comes of one, and whether the terms are declared. */
function act(protocol: string, hasSecret: boolean, secretImpliesTls: string): readonly [string, boolean] {
  const { exchange, edits } = exchangeOf({ url: 'http://a.example/' }, { settings: { secretImpliesTls } });
  const live = {
    ...exchange,
    upstreamProtocol: protocol,
    setUpstreamProtocol(next: string) {
      this.upstreamProtocol = next;
    },
  };
  upstreamTls.request?.({ hasSecret, terms }, live);
  return [live.upstreamProtocol, edits.declared['upstreamTls'] === terms];
}

describe('a Secret and a protocol', () => {
  test.each<[string, boolean, string, readonly [string, boolean]]>([
    ['HTTP', true, 'always', ['HTTPS', true]],
    ['HTTP', true, 'not-http', ['HTTP', false]],
    ['HTTP', true, 'never', ['HTTP', false]],
    ['HTTP', false, 'always', ['HTTP', false]],
    ['HTTP2', true, 'not-http', ['HTTP2S', true]],
    ['GRPC', true, 'not-http', ['GRPCS', true]],
    ['GRPC', true, 'never', ['GRPC', false]],
    ['HTTPS', false, 'never', ['HTTPS', true]],
    ['GRPCS', false, 'always', ['GRPCS', true]],
    ['FCGI', true, 'always', ['FCGI', false]],
  ])('%s, %s, %s', (protocol, hasSecret, implies, result) => {
    expect(act(protocol, hasSecret, implies)).toEqual(result);
  });
});

test('names are host names, without variables', () => {
  expect(serverName.parse(' Pods.Example.com ')).toEqual({ ok: true, value: 'pods.example.com' });
  for (const text of ['', '$host', 'a b', '*.example.com', 'a:443', 'a..b', 'a\nb']) expect(serverName.parse(text).ok, text).toBe(false);
});

test('versions are the oldest and the newest of a list', () => {
  expect(protocolList.parse('TLSv1.3 TLSv1.2')).toEqual({ ok: true, value: ['TLSv1.2', 'TLSv1.3'] });
  expect(protocolList.parse('TLSv1.3')).toEqual({ ok: true, value: ['TLSv1.3', 'TLSv1.3'] });
  for (const text of ['', 'TLSv1', 'SSLv3 TLSv1.2', 'TLSv1.2,TLSv1.3']) expect(protocolList.parse(text).ok, text).toBe(false);
});

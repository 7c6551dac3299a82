import type { RequestInput } from '@ingresskit/annotations';
import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { sslPassthrough } from './ssl-passthrough.ts';

const backend = { namespace: 'default', service: 'vault', port: 8443 };
const policy = { enabled: true, backends: [{ host: 'a.example.com', backend }] };

test('TLS for the host goes through as it is, plain HTTP and other hosts do not', () => {
  const act = (url: string) => sslPassthrough.request?.(policy, exchangeOf({ url }).exchange);
  expect(act('https://a.example.com/anything')).toEqual({ kind: 'tunnel', backend });
  expect(act('http://a.example.com/anything')).toBeUndefined();
  expect(act('https://b.example.com/anything')).toBeUndefined();
  expect(sslPassthrough.request?.({ ...policy, enabled: false }, exchangeOf({ url: 'https://a.example.com/' }).exchange)).toBeUndefined();
});

test.each([
  ['a.example.com', 'b.example.com', 421],
  ['*.example.com', 'b.example.com', 'tunnel'],
  ['*.example.com', 'example.com', 421],
  ['*', 'b.example.com', 'tunnel'],
])('for host %s and a handshake for %s: %s', (host, sni, expected) => {
  const wide = { enabled: true, backends: [{ host, backend }] };
  const act = (input: RequestInput) => sslPassthrough.request?.(wide, exchangeOf(input, { host }).exchange);
  const misdirected = { kind: 'respond', status: 421, reason: 'misdirected' };
  expect(act({ url: 'https://a.example.com/', sni })).toEqual(expected === 421 ? misdirected : { kind: 'tunnel', backend });
  // Addresses are not named in handshakes (RFC 6066 §3), so nothing is handed on.
  expect(act({ url: 'https://203.0.113.1/' })).toEqual(misdirected);
});

test('no handshake is made for a host that somebody takes, and only for that', () => {
  const terms = (enabled: boolean, host: string) => sslPassthrough.handshake?.({ ...policy, enabled }, host);
  expect(terms(true, 'a.example.com')).toEqual({ passthrough: true });
  expect(terms(true, 'alias.example.com')).toEqual({});
  expect(terms(false, 'a.example.com')).toEqual({});
});

test('the Service behind "/" of each host takes it', () => {
  const reports: string[] = [];
  const resolve = (enabled: boolean): unknown =>
    sslPassthrough.resolve({ enable: true }, {
      namespace: 'default',
      settings: { enabled },
      lookups: { service: () => ({ spec: { ports: [{ name: 'tls', port: 8443 }] } }) },
      report: (name: string) => void reports.push(name),
      ingress: {
        spec: {
          rules: [
            {
              host: 'A.example.com',
              http: {
                paths: [
                  { path: '/x', backend: {} },
                  { path: '/', backend: { service: { name: 'vault', port: { name: 'tls' } } } },
                ],
              },
            },
            { host: 'b.example.com', http: { paths: [{ path: '/x', backend: { service: { name: 'vault', port: { number: 1 } } } }] } },
          ],
        },
      },
    } as never);
  expect(resolve(true)).toEqual(policy);
  expect(resolve(false)).toEqual({ ...policy, enabled: false });
  expect(reports).toEqual(['no-root-path', 'not-enabled']);
});

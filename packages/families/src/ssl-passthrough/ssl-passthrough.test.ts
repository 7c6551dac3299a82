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

import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { appRoot } from './app-root.ts';

test.each([
  [appRoot.settings, 'http://a.example:8080/app?q=1', 302],
  [{ status: 302, keepsQuery: false }, 'http://a.example:8080/app', 302],
  [{ status: 307, keepsQuery: false }, 'http://a.example:8080/app', 307],
])('%o', (settings, location, status) => {
  const { exchange } = exchangeOf({ url: 'http://a.example:8080/?q=1' }, { settings });
  expect(appRoot.request?.({ path: '/app' }, exchange)).toEqual({ kind: 'redirect', status, location });
});

test('adds a route for the root alone', () => {
  expect(appRoot.routes?.({ path: '/app' })).toEqual([{ path: { kind: 'exact', value: '/' }, pathText: '/' }]);
});

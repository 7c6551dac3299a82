import type { Ask, ExternalAuthQuestion, Lookups, RequestInput } from '@ingresskit/annotations';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../nginx-variables/index.ts';
import type { Edits } from '../testing/exchange.ts';
import { exchangeOf } from '../testing/exchange.ts';
import { externalAuth } from './external-auth.ts';
import { globalValues } from './global.ts';
import type { ExternalAuthPolicy } from './policy.ts';

function template(text: string): ExternalAuthPolicy['url'] {
  const read = parseTemplate(text);
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

const base: ExternalAuthPolicy = {
  url: template('https://auth.example.com/check?of=$service_name'),
  signinRedirectParam: 'rd',
  responseHeaders: [],
  alwaysSetCookie: false,
  requestHeaders: [],
  isGlobal: false,
};

function ask(
  policy: Partial<ExternalAuthPolicy>,
  input: Partial<RequestInput> = {},
): { readonly ask: Ask<ExternalAuthQuestion>; readonly edits: Edits } {
  const { exchange, edits } = exchangeOf(
    { url: 'http://shop.example.com/a%20b?c=1', clientAddress: '203.0.113.7', ...input },
    { path: '/', settings: externalAuth.settings },
  );
  const outcome = externalAuth.request?.({ ...base, ...policy }, exchange);
  if (outcome?.kind !== 'ask') throw new Error(`no question: ${JSON.stringify(outcome)}`);
  return { ask: outcome as Ask<ExternalAuthQuestion>, edits };
}

describe('the question', () => {
  test('tells the service what the request was', () => {
    expect(ask({}).ask.question).toEqual({
      kind: 'external-auth',
      method: 'GET',
      url: 'https://auth.example.com/check?of=cart',
      headers: {
        set: {
          'x-original-url': 'http://shop.example.com/a%20b?c=1',
          'x-original-method': 'GET',
          'x-sent-from': 'nginx-ingress-controller',
          'x-real-ip': '203.0.113.7',
          'x-forwarded-for': '203.0.113.7',
          'x-auth-request-redirect': '/a%20b?c=1',
        },
        remove: ['content-length', 'transfer-encoding', 'x-forwarded-proto'],
      },
    });
  });

  test('has a method, headers, a cache and connections where the policy says so', () => {
    const { question } = ask({
      method: 'POST',
      requestRedirect: 'https://shop.example.com/after',
      requestHeaders: [
        { name: 'x-caller', value: template('$remote_addr') },
        { name: 'x-trace', value: template('$http_x_trace') },
      ],
      cache: { key: template('$arg_c'), durations: [{ statuses: [200], milliseconds: 1000 }] },
      keepalive: { connections: 4, requests: 10, idleMs: 5000, shareVariables: false },
    }).ask;
    expect(question).toMatchObject({
      method: 'POST',
      headers: {
        set: {
          'x-original-uri': '/a%20b?c=1',
          'x-scheme': 'http',
          'x-auth-request-redirect': 'https://shop.example.com/after',
          'x-caller': '203.0.113.7',
        },
        remove: expect.arrayContaining(['x-trace']) as unknown,
      },
      keepalive: { connections: 4, requests: 10, idleMs: 5000 },
    });
    expect(JSON.parse(question.cache?.key ?? '')).toEqual([
      'shop.example.com',
      'Prefix',
      '/',
      'POST',
      'https://auth.example.com/check?of=cart',
      '1',
    ]);
  });

  test('keeps nothing under a key that cannot be known', () => {
    expect(ask({ cache: { key: template('$request_id'), durations: [] } }).ask.question.cache).toBeUndefined();
  });

  test.each([
    ['a variable that is not known', template('http://auth.example.com/$request_id')],
    ['a line break from the request', template('http://auth.example.com/$http_x')],
    ['a host from the request that is the gateway itself', template('http://$http_y/')],
  ])('is not put with %s', (_what, url) => {
    const { exchange } = exchangeOf(
      { url: 'http://shop.example.com/', headers: { x: 'a b', y: '127.0.0.1' } },
      { settings: externalAuth.settings },
    );
    expect(externalAuth.request?.({ ...base, url, checkHostFor: 'default' }, exchange)).toMatchObject({ kind: 'deny' });
  });
});

describe('the verdict', () => {
  test.each([undefined, null, 'yes', true, { status: '200' }, { status: 99 }, { status: 200.5 }, {}])('%j is no answer', (answer) => {
    const { ask: asked, edits } = ask({});
    expect(asked.resume(answer)).toMatchObject({ kind: 'deny' });
    expect(edits.granted).toBe(false);
  });

  test.each([
    [200, undefined],
    [204, undefined],
    [299, undefined],
    [401, { kind: 'respond', status: 401 }],
    [403, { kind: 'respond', status: 403 }],
    [100, { kind: 'respond', status: 500 }],
    [301, { kind: 'respond', status: 500 }],
    [404, { kind: 'respond', status: 500 }],
    [503, { kind: 'respond', status: 500 }],
  ])('of status %i', (status, outcome) => {
    const { ask: asked, edits } = ask({});
    expect(asked.resume({ status })).toEqual(outcome);
    expect(edits.granted).toBe(outcome === undefined);
  });

  test('is yes with 200 alone where connections are kept', () => {
    const keepalive = { connections: 4, requests: 10, idleMs: 5000, shareVariables: true };
    expect(ask({ keepalive }).ask.resume({ status: 200 })).toBeUndefined();
    expect(ask({ keepalive }).ask.resume({ status: 204 })).toEqual({ kind: 'respond', status: 500 });
    const off = { ...keepalive, off: 'clients may speak HTTP/2' };
    expect(ask({ keepalive: off }).ask.resume({ status: 204 })).toBeUndefined();
    expect(ask({ keepalive: off }).ask.question.keepalive).toBeUndefined();
  });

  test('headers of the answer replace those of the client, and absent ones remove them', () => {
    const { ask: asked, edits } = ask({ responseHeaders: ['x-user', 'x-groups', 'x-bad', '__proto__'] });
    asked.resume({ status: 200, headers: { 'X-User': ['a', 'b'], 'x-bad': 'a\r\nb' } });
    expect(Object.fromEntries(edits.request)).toEqual({ 'x-user': 'a, b', 'x-groups': null, 'x-bad': null, ['__proto__']: null });
  });

  test('cookies wait for the status of the response, unless they always go', () => {
    const cookies = { status: 200, headers: { 'Set-Cookie': ['a=1', 'b=2'] } };
    const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/' }, { settings: externalAuth.settings });
    const outcome = externalAuth.request?.(base, exchange);
    if (outcome?.kind === 'ask') outcome.resume(cookies);
    expect(edits.appended).toEqual([]);
    externalAuth.response?.(base, exchange, { status: 404 });
    expect(edits.appended).toEqual([]);
    externalAuth.response?.(base, exchange, { status: 302 });
    expect(edits.appended).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const always = ask({ alwaysSetCookie: true });
    always.ask.resume({ status: 403, headers: { 'set-cookie': 'c=3' } });
    expect(always.edits.appended).toEqual([['set-cookie', 'c=3']]);
  });

  test.each([
    ['https://auth.example.com/start', 'https://auth.example.com/start?rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
    ['https://auth.example.com/start?', 'https://auth.example.com/start?rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
    ['https://auth.example.com/start?app=1', 'https://auth.example.com/start?app=1&rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
    ['https://auth.example.com/start?rd=x', 'https://auth.example.com/start?rd=x'],
    ['https://auth.example.com/start?rd=', 'https://auth.example.com/start?rd=&rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
    ['https://auth.example.com/start?of=$arg_c', 'https://auth.example.com/start?of=1&rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
    ['/start', 'http://shop.example.com/start?rd=http://shop.example.com%2Fa%2520b%3Fc%3D1'],
  ])('401 leads to %s', (signin, location) => {
    expect(ask({ signin: template(signin) }).ask.resume({ status: 401 })).toEqual({ kind: 'redirect', status: 302, location });
  });

  test('a sign-in page that cannot be known leaves the 401', () => {
    expect(ask({ signin: template('https://auth.example.com/$request_id') }).ask.resume({ status: 401 })).toEqual({
      kind: 'respond',
      status: 401,
    });
  });
});

describe('the controller’s own', () => {
  const own = {
    url: undefined,
    method: undefined,
    signin: undefined,
    signinRedirectParam: 'rd',
    responseHeaders: undefined,
    requestRedirect: undefined,
    alwaysSetCookie: false,
    proxySetHeaders: undefined,
    cacheKey: undefined,
    cacheDurations: [],
    keepalive: 0,
    keepaliveRequests: 1000,
    keepaliveTimeout: 60,
    keepaliveShareVars: false,
    globalAuth: true,
  } as const;
  const lookups: Lookups = { secret: () => undefined, service: () => undefined, configMap: () => undefined, mayRefer: () => false };

  test('is read with the grammars of the annotations', () => {
    const read = globalValues({ url: 'http://auth.example.com/', responseHeaders: 'X-User', alwaysSetCookie: 'true', method: ' ' }, own);
    expect(read).toMatchObject({
      values: { url: { host: 'auth.example.com' }, responseHeaders: ['x-user'], alwaysSetCookie: true, method: undefined },
    });
    expect(globalValues({ url: '' }, own)).toEqual({ key: 'global-auth-url', problem: 'is blank' });
    expect(globalValues({ url: 'http://auth.example.com/', method: 'get' }, own)).toMatchObject({ key: 'global-auth-method' });
  });

  test('holds where a route has none of its own, unless it is switched off', () => {
    const resolve = (values: object, settings: object): unknown =>
      externalAuth.resolve({ ...own, ...values }, {
        namespace: 'default',
        lookups,
        settings: { ...externalAuth.settings, ...settings },
        present: () => false,
        keyOf: () => undefined,
        report: () => undefined,
        deny: (name: string) => ({ denied: name }),
      } as never);
    const global = { url: 'http://auth.example.com/' };
    expect(externalAuth.resolvesWhenAbsent?.({ global })).toBe(true);
    expect(externalAuth.resolvesWhenAbsent?.({})).toBe(false);
    expect(resolve({}, { global })).toMatchObject({ isGlobal: true });
    expect(resolve({ globalAuth: false }, { global })).toBeUndefined();
    expect(resolve({}, {})).toBeUndefined();
    expect(resolve({}, { global: { url: 'http://127.0.0.1/' } })).toEqual({ denied: 'url-not-allowed' });
    expect(resolve({}, { global: { url: 'nowhere' } })).toEqual({ denied: 'global-auth-invalid' });
  });
});

import type { Ask, ClientCertificateQuestion, Outcome, RequestInput } from '@ingresskit/annotations';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edits } from '../testing/exchange.ts';
import { exchangeOf } from '../testing/exchange.ts';
import { certificateHeadersOf } from './check.ts';
import { clientTls } from './client-tls.ts';
import { errorPage, subjectPattern } from './codecs.ts';
import { certificatesOf, revocationsOf } from './pem.ts';
import type { ClientTlsPolicy } from './policy.ts';

const base: ClientTlsPolicy = { mode: 'on', ca: 'CA', depth: 1, passCertificate: false, handshake: 'request' };
const nginx = { ...clientTls.settings, upstreamHeaders: true };

function check(
  policy: Partial<ClientTlsPolicy>,
  input: Partial<RequestInput> = {},
  place: { readonly host?: string } = {},
): { readonly outcome: Outcome | undefined; readonly edits: Edits; readonly headers: () => unknown } {
  const { exchange, edits } = exchangeOf({ url: 'https://a.example.com/', ...input }, { settings: nginx, ...place });
  const outcome = clientTls.request?.({ ...base, ...policy }, exchange);
  return { outcome, edits, headers: () => certificateHeadersOf(exchange) };
}

function questionOf(outcome: Outcome | undefined): Ask<ClientCertificateQuestion> {
  if (outcome?.kind !== 'ask') throw new Error(`no question: ${JSON.stringify(outcome)}`);
  return outcome as Ask<ClientCertificateQuestion>;
}

test('a certificate is a question to whoever has cryptography, and without an answer the gate is shut', () => {
  const asked = questionOf(check({ revocations: 'CRL' }, { clientCertificate: 'PEM' }).outcome);
  expect(asked.question).toEqual({ kind: 'client-certificate', pem: 'PEM', ca: 'CA', revocations: 'CRL', depth: 1 });
  for (const answer of [undefined, true, null, {}, { verified: 'yes', subject: '', issuer: '' }, { verified: true }]) {
    expect(asked.resume(answer)).toMatchObject({ kind: 'deny' });
  }
});

describe('what is found decides', () => {
  const verified = { verified: true, subject: 'CN=alice,O=Acme', issuer: 'CN=Root' };
  const refused = { verified: false, problem: 'certificate has expired', subject: 'CN=alice,O=Acme', issuer: 'CN=Root' };

  test.each<[string, Partial<ClientTlsPolicy>, object | 'none', Outcome | undefined]>([
    ['on, verified', {}, verified, undefined],
    ['on, refused', {}, refused, { kind: 'respond', status: 400, reason: 'client-tls' }],
    ['on, none', {}, 'none', { kind: 'respond', status: 400, reason: 'client-tls' }],
    [
      'on, none, with a page',
      { errorPage: 'https://h.example/' },
      'none',
      { kind: 'redirect', status: 302, location: 'https://h.example/' },
    ],
    [
      'on, refused, with a page',
      { errorPage: 'https://h.example/' },
      refused,
      { kind: 'redirect', status: 302, location: 'https://h.example/' },
    ],
    ['optional, refused', { mode: 'optional' }, refused, { kind: 'respond', status: 400, reason: 'client-tls' }],
    ['optional, none', { mode: 'optional' }, 'none', undefined],
    ['optional, none, with a name', { mode: 'optional', matchCn: 'CN=a' }, 'none', { kind: 'respond', status: 403, reason: 'client-tls' }],
    ['optional_no_ca, refused', { mode: 'optional_no_ca' }, refused, undefined],
    [
      'optional_no_ca, refused, of another name',
      { mode: 'optional_no_ca', matchCn: 'CN=bob' },
      refused,
      { kind: 'respond', status: 403, reason: 'client-tls' },
    ],
    ['verified, of the name', { matchCn: 'CN=al.*,O=Acme' }, verified, undefined],
    ['verified, of another name', { matchCn: 'CN=bob' }, verified, { kind: 'respond', status: 403, reason: 'client-tls' }],
    [
      'verified, with a page, of another name',
      { matchCn: 'CN=bob', errorPage: 'https://h.example/' },
      verified,
      { kind: 'respond', status: 403, reason: 'client-tls' },
    ],
  ])('%s', (_what, policy, answer, outcome) => {
    const result = check(policy, answer === 'none' ? {} : { clientCertificate: 'PEM' }).outcome;
    expect(answer === 'none' ? result : questionOf(result).resume(answer)).toEqual(outcome);
  });

  test('off looks at nothing', () => {
    const { outcome, edits } = check({ mode: 'off' }, { clientCertificate: 'PEM' });
    expect(outcome).toBeUndefined();
    expect(edits.request.get('ssl-client-verify')).toBe('NONE');
  });

  test('backends learn it in headers that a client cannot write', () => {
    const block = (byte: string): string => `-----BEGIN CERTIFICATE-----\n${btoa(`0${byte.repeat(20)}`)}\n-----END CERTIFICATE-----\n`;
    const { outcome, edits, headers } = check({ passCertificate: true }, { clientCertificate: block('a') + block('b') });
    expect(Object.fromEntries(edits.request)).toEqual({
      'ssl-client-verify': null,
      'ssl-client-subject-dn': null,
      'ssl-client-issuer-dn': null,
      'ssl-client-cert': null,
    });
    questionOf(outcome).resume({ ...verified, subject: 'CN=Zoë\n' });
    const told = {
      'ssl-client-verify': 'SUCCESS',
      'ssl-client-subject-dn': 'CN=Zo%C3%AB%0A',
      'ssl-client-issuer-dn': 'CN=Root',
      // The client's own, and none that it sends along.
      'ssl-client-cert': encodeURIComponent(block('a')),
    };
    expect(Object.fromEntries(edits.request)).toEqual(told);
    expect(headers()).toEqual(told);
  });
});

test.each([
  ['a.example.com', 'a.example.com', undefined],
  ['b.example.com', 'a.example.com', 421],
  ['a.example.com', '*.example.com', undefined],
  ['.example.com', '*.example.com', 421],
  ['a.example.org', '*.example.com', 421],
  ['b.example.com', '*', undefined],
])('a handshake for %s opens %s: %s', (sni, host, status) => {
  const input = sni.startsWith('.') ? { url: 'https://203.0.113.1/' } : { sni };
  const { outcome } = check({ mode: 'optional' }, input, { host });
  expect(outcome).toEqual(status === undefined ? undefined : { kind: 'respond', status, reason: 'misdirected' });
});

test('plain HTTP is not asked, and does not match a name', () => {
  expect(check({}, { url: 'http://a.example.com/' }).outcome).toBeUndefined();
  expect(check({ matchCn: 'CN=.*' }, { url: 'http://a.example.com/' }).outcome).toEqual({
    kind: 'respond',
    status: 403,
    reason: 'client-tls',
  });
});

test.each([
  ['on', 'require', { clientCertificate: { mode: 'require', authorities: 'CA' } }],
  ['on', 'request', { clientCertificate: { mode: 'request', authorities: 'CA' } }],
  ['optional', 'require', { clientCertificate: { mode: 'request', authorities: 'CA' } }],
  ['optional_no_ca', 'require', { clientCertificate: { mode: 'request', authorities: 'CA' } }],
  ['off', 'require', {}],
] as const)('the handshake of mode %s where the gateway would %s', (mode, handshake, terms) => {
  expect(clientTls.handshake?.({ ...base, mode, handshake }, 'a.example.com')).toEqual(terms);
});

test('a subject pattern begins with CN= and compiles', () => {
  expect(subjectPattern.parse('CN=^x$')).toEqual({ ok: true, value: 'CN=^x$' });
  for (const text of ['alice', 'cn=alice', 'CN=', 'CN=(', 'CN=(?=x)', 'CN=a\nb', ''])
    expect(subjectPattern.parse(text).ok, text).toBe(false);
});

test('an error page is a URL without query, or a place inside', () => {
  expect(errorPage.parse('https://h.example/a/b')).toEqual({ ok: true, value: { kind: 'url', href: 'https://h.example/a/b' } });
  expect(errorPage.parse('@refused')).toEqual({ ok: true, value: { kind: 'inside', name: '@refused' } });
  expect(errorPage.parse('/refused')).toEqual({ ok: true, value: { kind: 'inside', name: '/refused' } });
  for (const text of ['refused', '@', '@a;b', 'https://h.example/?x', 'javascript://x', '//h.example', ''])
    expect(errorPage.parse(text).ok, text).toBe(false);
});

test('PEM is read block by block, and a broken block makes all of it unreadable', () => {
  const block = `-----BEGIN CERTIFICATE-----\n${btoa(`0${'x'.repeat(20)}`)}\n-----END CERTIFICATE-----`;
  expect(certificatesOf(`comment\n${block}\nmore\n${block}`)).toEqual([block, block]);
  expect(revocationsOf(block.replaceAll('CERTIFICATE', 'X509 CRL'))).toHaveLength(1);
  for (const text of [
    '',
    'text',
    block.replace('END', 'EN'),
    block.replace(btoa('0xxxxxxx').slice(0, 8), '****'),
    `${block}\n-----BEGIN CERTIFICATE-----`,
  ]) {
    expect(certificatesOf(text)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string(), (text) => void certificatesOf(`-----BEGIN CERTIFICATE-----${text}-----END CERTIFICATE-----`)));
});

/** Base64 of Latin-1, for this test alone. */
function btoa(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSignedCertificates } from './self-signed.ts';

it.each([0, 1])('are certificates of that name, signed by themselves (%i)', (index) => {
  const now = Date.parse('2026-11-25T00:00:00Z');
  const { certificate = '', key = '' } = selfSignedCertificates('ingress.local', now)[index] ?? {};
  const parsed = new X509Certificate(certificate);
  expect(parsed.subject).toBe('CN=ingress.local');
  expect(parsed.checkHost('ingress.local')).toBe('ingress.local');
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect([parsed.validFromDate.toISOString(), parsed.validToDate.toISOString()]).toEqual([
    '2026-11-24T23:00:00.000Z',
    '2027-11-25T00:00:00.000Z',
  ]);
  expect(key).toContain('PRIVATE KEY');
  expect(parsed.publicKey.asymmetricKeyType).toBe(index === 0 ? 'ec' : 'rsa');
});

import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed.ts';

it('is a certificate of that name, signed by itself', () => {
  const now = Date.parse('2026-11-25T00:00:00Z');
  const { certificate, key } = selfSignedCertificate('ingress.local', now);
  const parsed = new X509Certificate(certificate);
  expect(parsed.subject).toBe('CN=ingress.local');
  expect(parsed.checkHost('ingress.local')).toBe('ingress.local');
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect([parsed.validFromDate.toISOString(), parsed.validToDate.toISOString()]).toEqual([
    '2026-11-24T23:00:00.000Z',
    '2027-11-25T00:00:00.000Z',
  ]);
  expect(key).toContain('PRIVATE KEY');
});

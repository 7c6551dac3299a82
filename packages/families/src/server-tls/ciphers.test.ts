import { expect, test } from 'vitest';
import { cipherList, cipherString } from './ciphers.ts';
import { serverTls } from './server-tls.ts';

test('colons and commas divide, names that nobody knows are left out', () => {
  const both = ['ECDHE-RSA-AES128-GCM-SHA256', 'AES256-SHA'];
  expect(cipherList.parse(both.join(':'))).toEqual({ ok: true, value: both });
  expect(cipherList.parse(both.join(' , '))).toEqual({ ok: true, value: both });
  expect(cipherList.parse(`${both.join(':')}:RC4-SHA`)).toMatchObject({
    ok: true,
    value: both,
    dropped: [{ message: expect.stringContaining('RC4-SHA') as unknown }],
  });
  for (const text of ['', ':', 'RC4-SHA', 'constructor']) expect(cipherList.parse(text).ok, text).toBe(false);
});

test.each(['HIGH:!aNULL', 'ECDHE+AESGCM:-SHA', '@STRENGTH', 'ALL:@SECLEVEL=2', 'TLS_AES_128_GCM_SHA256'])(
  '%s is a list of OpenSSL',
  (text) => {
    expect(cipherString.parse(text)).toEqual({ ok: true, value: text });
  },
);

test.each(['', 'ALL;', 'ALL evil', 'ALL\nevil', '@SECLEVEL=9', 'ALL::x', "ALL'"])('%j is none', (text) => {
  expect(cipherString.parse(text).ok).toBe(false);
});

test('handshakes are made under what the policy says', () => {
  expect(
    serverTls.handshake?.({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: 'HIGH', preferServerCiphers: true }, 'a.example'),
  ).toEqual({
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: 'HIGH',
    preferServerCiphers: true,
  });
  expect(serverTls.handshake?.({ preferServerCiphers: true }, 'a.example')).toEqual({ preferServerCiphers: true });
});

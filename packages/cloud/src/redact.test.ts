import { describe, expect, it } from 'vitest';
import { createRedactor, toLine } from './redact.ts';

describe('createRedactor', () => {
  it('hides known values in their plain and percent-encoded spelling', () => {
    const redactor = createRedactor();
    redactor.hide('s3cr/et+value', undefined, 'abc');
    expect(redactor.text('got s3cr/et+value and s3cr%2Fet%2Bvalue')).toBe('got [redacted] and [redacted]');
    expect(redactor.text('abc is too short to be a secret')).toContain('abc');
  });

  it('hides the longer of two secrets that contain each other', () => {
    const redactor = createRedactor();
    redactor.hide('secret', 'secret-and-more');
    expect(redactor.text('secret-and-more')).toBe('[redacted]');
  });

  it('keeps the newest values when more than it remembers were given', () => {
    const redactor = createRedactor();
    for (let index = 0; index < 100; index += 1) redactor.hide('always-there', `token-number-${index}-`);
    expect(redactor.text('always-there token-number-99- x')).toBe('[redacted] [redacted] x');
  });

  it.each([
    ['Signature=abcDEF123', 'abcDEF123'],
    ['Authorization: ACS3-HMAC-SHA256 Credential=LTAIx,SignedHeaders=host,Signature=00ff', '00ff'],
    ['"SecurityToken": "CAISabc"', 'CAISabc'],
    ['key LTAI5tAbCdEfGhIjKlMn is wrong', 'LTAI5tAbCdEfGhIjKlMn'],
    [`string to sign is: ACS3-HMAC-SHA256\n${'0a'.repeat(32)}`, '0a'.repeat(32)],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after', 'MIIE'],
  ])('hides what looks like a credential: %s', (text, secret) => {
    const clean = createRedactor().text(text);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toContain(secret);
  });
});

describe('toLine', () => {
  it('gives one short line without control characters, direction marks or markup', () => {
    expect(toLine('a\r\nb\u001b[31m\u202e<script>&')).toBe('a b [31m &lt;script&gt;&amp;');
    expect(toLine('x'.repeat(5000))).toHaveLength(500);
  });
});

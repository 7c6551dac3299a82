import { describe, expect, test } from 'vitest';
import { passwordScheme, verifyPassword } from './verify-password.ts';

// Every hash below came from another implementation: `openssl passwd`, Apache's `htpasswd`, or crypt(3) of libxcrypt through Python.
const long = 'correct horse battery staple, twice over, 64 bytes or more of it!!';
const vectors: readonly (readonly [tool: string, password: string, hash: string])[] = [
  ['openssl passwd -apr1', 's3cret', '$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/'],
  ['openssl passwd -apr1', '', '$apr1$Xy.9/abc$p0WTlW93x6xqReRzV32/C1'],
  ['openssl passwd -apr1', 'pässwörd☃', '$apr1$Xy.9/abc$KXfSQ71sn7CC9gU6AZi/N/'],
  ['openssl passwd -apr1', long, '$apr1$Xy.9/abc$t9JmUARgYkSo9lhz6ivaq.'],
  ['openssl passwd -apr1', 'a'.repeat(200), '$apr1$saltsalt$tgnqg6DyKdWc1CWn4RBWP/'],
  ['openssl passwd -1', 's3cret', '$1$saltsalt$RwMqRjSWhXMKbW72DwzGd1'],
  ['openssl passwd -1', '', '$1$saltsalt$5Jhcit4zN9UlGiA0txPkO0'],
  ['openssl passwd -5', 's3cret', '$5$rosettastone$BnAmTDwfkeyBZ4WrWrrwZnOgFVMLz5iGR2HVd5NI7h/'],
  ['openssl passwd -5', 'pässwörd☃', '$5$rosettastone$/OROF3BeoSKc2wQ/zwKKJt4VvxAxsq6a4YTpIO6SLAB'],
  ['openssl passwd -6', 's3cret', '$6$rosettastone$.w44k48lkJgf0yNAIaF.MvyWiZWM./OfRjqIZp/Zr2akeOcWlEM61ObxXbth20Wlqrt40b2tbwpnYxYXTICqB1'],
  ['openssl passwd -6', long, '$6$rosettastone$aHKshlVAr8nLBURihxFg7z8yQ.XkIBKLGcEovHo.x6CoDMRWj3v41RfMmq/VcnchN9b7Z/p3xh.MU7aSsU4R10'],
  ['htpasswd -B', 's3cret', '$2y$05$s8I9cbj34/6EciNWo42FNuXh/Asw5mEOfqI.aubMo2ZZ7PDQPCauu'],
  ['htpasswd -B', '', '$2y$05$iCeT4Gi9mT8t7Att2H8cNuHeqLYAvaJ8A4LBQkmlCuFKQo5ougYC.'],
  ['htpasswd -B', 'pässwörd☃', '$2y$05$yv6Pi8UxCylO.4drgQrex.KSgx0zY5h49eX4pp2eoX28ij1peeTFa'],
  ['htpasswd -m', 's3cret', '$apr1$fr6yLB9Q$d2qoJmZkBbuQk0zQghy0n/'],
  ['htpasswd -s', 's3cret', '{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg='],
  ['htpasswd -s', '', '{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
  ['crypt(3)', 'secret', 'abNANd1rDfiNc'],
  ['crypt(3)', 's3cret', './ZU9PtBe17YE'],
  ['crypt(3)', '', 'zZO7u0HfQST3A'],
  ['crypt(3)', 'longpassword', 'aBHD7wQKdySjo'],
  ['crypt(3)', 'pässword', 'q1Ni5C7ItxtvY'],
  ['crypt(3)', 's3cret', '$1$ab$uCzd2IA9Rb.P73vs8WgwD1'],
  ['crypt(3)', 'a'.repeat(200), '$1$saltsalt$8/ZqzWidr1BMAHEbkOqRe/'],
  ['crypt(3)', 's3cret', '$5$rounds=1000$abc$T60UiAv2jIDMm6cOC4SJHDH.vGbgDLzL3WpdlfyuyM1'],
  ['crypt(3)', '', '$5$rounds=1000$abc$sP9FmVrTEqPcRDE7OxGDY0efugGF1dtCtqYcUsX9wmD'],
  [
    'crypt(3)',
    's3cret',
    '$6$rounds=12345$0123456789abcdef$zWubnC4nkgT7GctejL.0Z8qdD5wpyoiW0JllfLXNqAlWGIkSOjCjK9bOqCBbnwo5nnPczXAsK6Nah7SGTD1Bt0',
  ],
  ['crypt(3)', '', '$6$x$QSmr1Bx2g4O6BzKvdkgOcyU6H91X6I/XBv5pSalMhSPkwdH6Beo3F455xZJg0v//bxVK5F4OE5k1.0xuR26MK0'],
  [
    'crypt(3)',
    'a'.repeat(200),
    '$6$rounds=1000$sixteencharsalt.$FWZV0O25dW3vhEJJVk/jf6SkOqylLOHqyYoHVgmE9bpBf6fk2QYHCpGsuFVbLXUCEiQU2DqBCZ/OHcRhb9yWV1',
  ],
  ['crypt(3)', 'a'.repeat(511), '$6$rounds=1000$x$J/HpEXAzLCn4/c0QXuuXtfwSp7Z/lk0uUFFf7Gi1zcpBbse4QsmhflPwtimOchaHV.qFi9Kmqwp2tXDU.mAu5/'],
  ['crypt(3)', 's3cret', '$2b$06$abcdefghijklmnopqrstuuNOnw6EGKc3988bZtxlqHMps74iVdpdC'],
  ['crypt(3)', 'a'.repeat(72), '$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe'],
  ['crypt(3)', `${'a'.repeat(71)}b`, '$2b$04$abcdefghijklmnopqrstuuOamT/wNYAA2T3dwK/uVZX5KdYiWAze2'],
  ['hashlib', 's3cret', '{SSHA}D043UmNQ6a4RwuITnpbbm5e1yfMBAvoE'],
  ['hashlib', 'pässwörd☃', '{SSHA}ZlmJ6bWgWJWoLzmIFwaYovUiVpoBAvoE'],
  ['by definition', 's3cret', '{PLAIN}s3cret'],
  ['by definition', 'a:b c', '{PLAIN}a:b c'],
];

describe('hashes made by other tools', () => {
  test.each(vectors)('%s: %j', (_tool, password, hash) => {
    expect(verifyPassword(hash, password)).toBe(true);
    expect(verifyPassword(hash, `x${password}`)).toBe(false);
    expect(verifyPassword(hash, password === '' ? 'x' : password.slice(1))).toBe(false);
  });

  test.each(vectors)('%s: %j with another salt or checksum', (_tool, password, hash) => {
    const last = hash.at(-2) ?? '';
    const changed = `${hash.slice(0, -2)}${last === 'a' ? 'b' : 'a'}${hash.at(-1) ?? ''}`;
    expect(verifyPassword(changed, password)).toBe(false);
  });
});

test('bcrypt reads 72 bytes of a password, as every implementation does', () => {
  expect(verifyPassword('$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe', 'a'.repeat(200))).toBe(true);
});

test.each([
  ['a cut DES hash', 'abNANd1rDfiN', 'secret'],
  ['plain text without a scheme', 'secret', 'secret'],
  ['a plain scheme in lower case', '{plain}secret', 'secret'],
  ['nothing', '', ''],
  ['crypt(3) failure text', '*0', ''],
  ['bcrypt of cost 13', `$2y$13$${'a'.repeat(53)}`, 'a'],
  ['bcrypt of cost 31', `$2y$31$${'a'.repeat(53)}`, 'a'],
  ['bcrypt of cost 3', `$2y$03$${'a'.repeat(53)}`, 'a'],
  ['bcrypt 2x', `$2x$05$${'a'.repeat(53)}`, 'a'],
  ['SHA-crypt of too many rounds', `$6$rounds=20001$x$${'a'.repeat(86)}`, 'a'],
  ['SHA-crypt of endless rounds', `$6$rounds=999999999$x$${'a'.repeat(86)}`, 'a'],
  ['SHA-crypt of fewer rounds than crypt(3) takes', `$5$rounds=999$x$${'a'.repeat(43)}`, 'a'],
  ['SHA-crypt with rounds written oddly', `$5$rounds=01000$x$${'a'.repeat(43)}`, 'a'],
  ['SHA-crypt with a salt that is too long', `$5$${'s'.repeat(17)}$${'a'.repeat(43)}`, 'a'],
  ['a cut checksum', '$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5', 's3cret'],
  ['a hash with a line end', '$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/\n', 's3cret'],
  ['SHA-1 of the wrong length', '{SHA}AAAA', 'a'],
])('%s has no scheme and matches nothing', (_what, hash, password) => {
  expect(passwordScheme(hash)).toBeUndefined();
  expect(verifyPassword(hash, password)).toBe(false);
});

test.each([
  ['$2a$10$', 53, 'bcrypt'],
  ['$2y$12$', 53, 'bcrypt'],
  ['$5$rounds=20000$x$', 43, 'sha256-crypt'],
  ['$6$$', 86, 'sha512-crypt'],
] as const)('%s… is within the bounds', (start, length, scheme) => {
  expect(passwordScheme(start + '.'.repeat(length))).toBe(scheme);
});

test('a password with a NUL, or beyond what crypt(3) takes, matches nothing', () => {
  expect(verifyPassword('{PLAIN}a\0b', 'a\0b')).toBe(false);
  expect(verifyPassword(`{PLAIN}${'a'.repeat(511)}`, 'a'.repeat(511))).toBe(true);
  expect(verifyPassword(`{PLAIN}${'a'.repeat(512)}`, 'a'.repeat(512))).toBe(false);
  expect(verifyPassword(`{PLAIN}${'ä'.repeat(256)}`, 'ä'.repeat(256))).toBe(false);
});

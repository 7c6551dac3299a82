import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthority } from './authority.ts';

describe('parseAuthority', () => {
  it.each([
    ['a', 'a', undefined],
    ['Example.COM', 'example.com', undefined],
    ['example.com.', 'example.com', undefined],
    ['example.com.:80', 'example.com', 80],
    ['a:1', 'a', 1],
    ['a:65535', 'a', 65535],
    ['a:080', 'a', 80],
    ['my_host-1.x', 'my_host-1.x', undefined],
    ['192.0.2.1:8080', '192.0.2.1', 8080],
    ['[::1]', '[::1]', undefined],
    ['[2001:DB8::1]:443', '[2001:db8::1]', 443],
    ['[::ffff:10.0.0.1]', '[::ffff:10.0.0.1]', undefined],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', undefined],
  ])('reads %j', (text, host, port) => {
    expect(parseAuthority(text)).toEqual({ host, port });
  });

  it.each([
    '',
    ' ',
    '.',
    '..',
    'a..b',
    '.a',
    'a..',
    ':80',
    'a b',
    'a@b',
    'u:p@b',
    'a/x',
    'a,b',
    'a, b',
    'a:80x',
    'a:',
    'a:0',
    'a:99999',
    'a:65536',
    'a:000080',
    'a:-1',
    'a:80:80',
    '::1',
    '[::1',
    '[]',
    '[::1]x',
    '[::1]:',
    '[fe80::1%eth0]',
    '[fe80::1%25eth0]',
    '[1.2.3.4]',
    '[::g]',
    'a\0',
    'a\r\n',
    'a\t',
    'ü.example',
    'a%41',
    'a\\b',
    'a?b',
    'a#b',
    "a'",
    'a*b',
    `${'a'.repeat(254)}`,
    `${'a.'.repeat(127)}ab`,
  ])('refuses %j', (text) => {
    expect(parseAuthority(text)).toBeTypeOf('string');
  });

  it('reads its own result again', () => {
    const characters = fc.constantFrom('a', 'B', '-', '_', '.', ':', '0', '8', '[', ']', '@', ' ', '%');
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 10 }), (parts) => {
        const authority = parseAuthority(parts.join(''));
        if (typeof authority === 'string') return;
        expect(parseAuthority(authority.host)).toEqual({ host: authority.host, port: undefined });
        expect(authority.host).toMatch(/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/);
      }),
      { numRuns: 5_000 },
    );
  });
});

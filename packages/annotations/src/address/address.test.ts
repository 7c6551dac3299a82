import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { addressSet, isAddress, parseCidr } from './index.ts';

describe('parseCidr', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['::1/128', '::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('reads %j as %j', (text, value) => {
    expect(parseCidr(text)).toEqual({ ok: true, value });
  });

  it('clears bits below the prefix and says so', () => {
    expect(parseCidr('10.1.2.3/8')).toEqual({
      ok: true,
      value: '10.0.0.0/8',
      note: 'has bits set below its prefix length and means 10.0.0.0/8',
    });
    expect(parseCidr('2001:db8:ffff::1/33')).toMatchObject({ value: '2001:db8:8000::/33' });
    expect(parseCidr('203.0.113.129/25')).toMatchObject({ value: '203.0.113.128/25' });
  });

  it.each([
    '',
    ' ',
    '*',
    'a',
    'localhost',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.04',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/+8',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    '1.2.3.4/255.0.0.0',
    '1.2.3.4:80',
    '[::1]',
    '::1%eth0',
    'fe80::1%1/64',
    '::1/129',
    ':::',
    '1::2::3',
    '12345::',
    'g::',
    '::ffff:0:0/95',
    '::ffff:1.2.3.4/64',
    '::ffff:01.2.3.4',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1.2.3',
    '::1.2.3.4',
    '٣.1.1.1',
    '1..2.3',
    '.1.2.3.4',
    '1.2.3.4\n',
  ])('refuses %j', (text) => {
    expect(parseCidr(text)).toMatchObject({
      ok: false,
      problem: { message: expect.stringMatching(/^[a-z]/), help: expect.stringMatching(/[.]$/) },
    });
  });

  it('canonical text stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (address, length) => {
        const first = parseCidr(`${address}/${length}`);
        if (first.ok) expect(parseCidr(first.value)).toEqual({ ok: true, value: first.value });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('addressSet', () => {
  it('is compiled once for an array', () => {
    const cidrs = ['10.0.0.0/8'];
    expect(addressSet(cidrs)).toBe(addressSet(cidrs));
    expect(addressSet([...cidrs])).not.toBe(addressSet(cidrs));
  });

  it('keeps the kinds apart, except mapped addresses', () => {
    expect(addressSet(['0.0.0.0/0']).has('::1')).toBe(false);
    expect(addressSet(['::/0']).has('10.0.0.1')).toBe(false);
    expect(addressSet(['::/0']).has('::ffff:10.0.0.1')).toBe(false);
    expect(addressSet(['10.0.0.0/8']).has('::ffff:10.0.0.1')).toBe(true);
    expect(addressSet(['10.0.0.0/8']).has('::FFFF:0a00:1')).toBe(true);
  });

  it('holds nothing that is not an address', () => {
    const everything = addressSet(['0.0.0.0/0', '::/0']);
    for (const text of ['', 'unknown', '10.0.0.1:80', '010.0.0.1', '1.2.3', 'fe80::1%eth0', '[::1]', '10.0.0.1, 10.0.0.2', ' 10.0.0.1']) {
      expect(everything.has(text), text).toBe(false);
      expect(isAddress(text), text).toBe(false);
    }
    expect(isAddress('10.0.0.1')).toBe(true);
    expect(isAddress('::1')).toBe(true);
    expect(addressSet([]).has('10.0.0.1')).toBe(false);
  });

  it('says which entries it could not read', () => {
    const set = addressSet(['x', '10.0.0.0/8', '1.2.3.4/99']);
    expect(set.unreadable).toEqual(['x', '1.2.3.4/99']);
    expect(set.has('10.1.1.1')).toBe(true);
  });

  // Few bits vary, so that ranges nest and addresses fall into them.
  const four = fc.tuple(fc.constantFrom(10, 11, 192), fc.constantFrom(0, 1, 128), fc.nat(3), fc.nat(3)).map((parts) => parts.join('.'));
  const six = fc
    .tuple(fc.constantFrom('2001', '::', 'fe80'), fc.nat(3), fc.nat(3))
    .map(([head, a, b]) => (head === '::' ? `::${a}:${b}` : `${head}::${a}:0:0:${b}`));
  const ranges = fc.array(
    fc.oneof(fc.tuple(four, fc.nat(32)), fc.tuple(six, fc.nat(128))).map(([address, length]) => `${address}/${length}`),
    { maxLength: 12 },
  );

  it('agrees with ipaddr.js', () => {
    fc.assert(
      fc.property(ranges, fc.oneof(four, six, fc.ipV4(), fc.ipV6()), (cidrs, address) => {
        fc.pre(!/^::[0-9]+[.]/.test(address));
        const client = ipaddr.process(address);
        const expected = cidrs.some((cidr) => {
          const [base, length] = ipaddr.parseCIDR(cidr);
          return base.kind() === client.kind() && client.match([base, length]);
        });
        expect(addressSet(cidrs).has(address)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});

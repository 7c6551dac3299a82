import { expect, test } from 'vitest';
import { clientAddressOf } from './client-address.ts';

const inside = { header: 'x-forwarded-for', trusted: ['10.0.0.0/8', 'fd00::/8'] };
const everybody = { header: 'x-forwarded-for', trusted: ['0.0.0.0/0', '::/0'] };

test.each([
  ['no list', '10.0.0.1', undefined, inside, '10.0.0.1'],
  ['a peer that is not trusted', '203.0.113.1', '192.0.2.1', inside, '203.0.113.1'],
  ['the nearest that is not trusted', '10.0.0.1', '198.51.100.1, 192.0.2.1, 10.0.0.2', inside, '192.0.2.1'],
  ['all of them trusted', '10.0.0.1', '10.0.0.3,10.0.0.2', inside, '10.0.0.3'],
  ['everybody is trusted', '203.0.113.1', '192.0.2.1, 10.0.0.2', everybody, '192.0.2.1'],
  ['an item that is no address', '10.0.0.1', '192.0.2.1, unknown, 10.0.0.2', inside, '10.0.0.2'],
  ['no item that is an address', '10.0.0.1', 'unknown', inside, '10.0.0.1'],
  ['IPv6', 'fd00::1', '2001:db8::1', inside, '2001:db8::1'],
])('%s', (_title, peer, list, source, client) => {
  expect(clientAddressOf(peer, list, source)).toBe(client);
});

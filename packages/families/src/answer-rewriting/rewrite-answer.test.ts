import { expect, test } from 'vitest';
import { refreshWithBeginning, withBeginning, withDomain, withPath } from './rewrite-answer.ts';

const domain = { from: 'internal.example', to: 'shop.example.com' };
const path = { from: '/app', to: '/shop' };

test.each([
  ['a=b; Domain=internal.example; Path=/', 'a=b; Domain=shop.example.com; Path=/'],
  ['a=b; domain=.INTERNAL.example', 'a=b; domain=shop.example.com'],
  ['a=b; Domain=other.example', 'a=b; Domain=other.example'],
  ['a=b; Domain=x.internal.example', 'a=b; Domain=x.internal.example'],
  ['domain=internal.example', 'domain=internal.example'],
])('the domain of %s', (cookie, edited) => {
  expect(withDomain(cookie, domain)).toBe(edited);
  expect(withDomain(cookie, 'off')).toBe(cookie);
});

test.each([
  ['a=b; Path=/app; Secure', 'a=b; Path=/shop; Secure'],
  ['a=b;path=/app/x', 'a=b;path=/shop/x'],
  ['a=b; Path=/other', 'a=b; Path=/other'],
  ['path=/app', 'path=/app'],
])('the path of %s', (cookie, edited) => {
  expect(withPath(cookie, path)).toBe(edited);
  expect(withPath(cookie, undefined)).toBe(cookie);
});

test('the beginning of a Location and of a Refresh', () => {
  const redirect = { from: 'http://internal/', to: 'https://shop.example.com/' };
  expect(withBeginning('http://internal/x?y', redirect)).toBe('https://shop.example.com/x?y');
  expect(withBeginning('http://other/x', redirect)).toBe('http://other/x');
  expect(refreshWithBeginning('5; url=http://internal/x', redirect)).toBe('5; url=https://shop.example.com/x');
  expect(refreshWithBeginning('5', redirect)).toBe('5');
});

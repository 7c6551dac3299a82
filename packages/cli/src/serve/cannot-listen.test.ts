import { expect, it } from 'vitest';
import { UnusableInput } from '../command-io.ts';
import { cannotListen } from './cannot-listen.ts';

it.each([
  ['EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:80', 'listen EADDRINUSE: address already in use 127.0.0.1:80'],
  ['EACCES', 'listen EACCES: permission denied 0.0.0.0:80', 'listen EACCES: permission denied 0.0.0.0:80'],
  ['EADDRNOTAVAIL', 'listen EADDRNOTAVAIL: address not available 192.0.2.1:80', 'listen EADDRNOTAVAIL: address not available 192.0.2.1:80'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere', 'cannot listen: getaddrinfo ENOTFOUND nowhere'],
  [undefined, 'odd', 'cannot listen: odd'],
])('%s: the system’s words, with what it was about where they do not say', (code, message, expected) => {
  const said = cannotListen(Object.assign(new Error(message), { code }));
  expect(said).toBeInstanceOf(UnusableInput);
  expect(said.message).toBe(expected);
});

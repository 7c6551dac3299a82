import type { Deviation } from '@ingresskit/annotations';

/** Where the profile departs from the documents or the twin on purpose: it fails closed, and it answers the same way every time. */
export const mseDeviations: readonly Deviation[] = [
  {
    id: 'gate-invalid-value',
    gateway: 'A bad value in an access annotation is logged and skipped, so requests get in (higress.md §0).',
    ours: 'The routes of the Ingress, or its hosts, answer 503.',
    why: 'A gate that cannot be read must not be open.',
  },
  {
    id: 'basic-auth-secret',
    family: 'basic-auth',
    gateway: 'Without a usable Secret, basic authentication is left out (higress.md §16).',
    ours: 'The routes answer 503 until the Secret is usable.',
    why: 'A gate whose accounts are missing must not be open.',
  },
  {
    id: 'address-list-items',
    family: 'ip-access',
    gateway: 'Unreadable items of an address list are dropped; a list with none left is no list (higress.md A.7).',
    ours: 'One unreadable item closes the route.',
    why: 'A mistyped address must not open the route to everybody.',
  },
  {
    id: 'rewrite-result',
    family: 'rewrite',
    gateway: 'A rewrite may produce any path (higress.md A.5).',
    ours: 'A rewritten path with a dot segment or a leading double slash is refused with 500.',
    why: 'It would reach places of the backend that the route was not written for (reliability.md §2.4).',
  },
  {
    id: 'canary-value',
    family: 'canary',
    gateway: 'The twin reads canary-by-header-value as a pattern and lets "always" match too (higress.md §2.2).',
    ours: 'The value is compared exactly, as documented (mse.md §2.1).',
    why: 'The documents decide.',
  },
  {
    id: 'destination-services',
    family: 'destination',
    gateway: 'The twin uses destination only for backends that are no Service (mse.md §2.2).',
    ours: 'destination replaces every backend of the Ingress.',
    why: 'The documents decide.',
  },
  {
    id: 'cors-wildcard-scheme',
    family: 'cors',
    gateway: 'A wildcard origin matches whatever its scheme (higress.md A.2).',
    ours: 'Scheme and port must agree.',
    why: 'https://*.example.com should not trust pages that were loaded over plain HTTP.',
  },
];

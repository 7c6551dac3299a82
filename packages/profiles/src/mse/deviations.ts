import type { Deviation } from '@ingresskit/annotations';
import { twinDeviations } from '../twin-deviations.ts';

/** Where the profile departs from the documents or the twin on purpose: it fails closed, and it answers the same way every time. */
export const mseDeviations: readonly Deviation[] = [
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
    id: 'client-tls-secret-name',
    family: 'client-tls',
    gateway:
      'A Secret of client authorities with another name or namespace than the certificate’s is logged, and nobody is asked for a certificate (higress.md A.3).',
    ours: 'The hosts answer 503.',
    why: 'A gate whose authorities cannot be had must not be open.',
  },
  {
    id: 'upstream-tls-secret',
    family: 'upstream-tls',
    gateway: 'With protocol HTTP the twin drops proxy-ssl-secret; the donated code kept it (higress.md A.6, §16).',
    ours: 'A Secret makes it TLS, and one that cannot be had closes the routes.',
    why: 'Who names a certificate for backends does not want plain text towards them.',
  },
  {
    id: 'wasm-plugin-not-run',
    family: 'wasm-plugin',
    gateway: 'The plugin runs.',
    ours: 'It is checked and declared; one that may keep requests out is an error, and closes its routes where the options say so.',
    why: 'Modules of tenants are not run in a simulation.',
  },
  ...twinDeviations,
];

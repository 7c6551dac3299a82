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
  {
    id: 'limit-numbers',
    family: 'rate-limit',
    gateway: 'Zero and negative limits of a route are taken for huge ones, so nothing is limited (higress.md A.11).',
    ours: 'They close the routes with 503.',
    why: 'A limit that cannot be meant must not be none.',
  },
  {
    id: 'one-bucket',
    family: 'rate-limit',
    gateway: 'A prefix path becomes two routes with a bucket each, so twice the limit passes (higress.md §9).',
    ours: 'Each path has one bucket.',
    why: 'The annotation names one limit.',
  },
  {
    id: 'service-owner',
    family: 'load-balance',
    gateway: 'The oldest Ingress with any setting of a Service decides all of them (higress.md §10).',
    ours: 'The oldest Ingress that sets a family decides that family.',
    why: 'An algorithm on one Ingress should not switch the affinity of another off.',
  },
  {
    id: 'mirror-percentage',
    family: 'mirror',
    gateway: 'A percentage that is no number copies every request (higress.md A.15).',
    ours: 'It copies nothing.',
    why: 'Nobody who wrote a number meant everything.',
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
];

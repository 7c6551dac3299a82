import type { Deviation } from '@ingresskit/annotations';

/** Where both the gateway and its open-source twin are departed from, in the same way and for the same reason. */
export const twinDeviations: readonly Deviation[] = [
  {
    id: 'gate-invalid-value',
    gateway: 'A bad value in an access annotation is logged and skipped, so requests get in (higress.md §0).',
    ours: 'The routes of the Ingress, or its hosts, answer 503.',
    why: 'A gate that cannot be read must not be open.',
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
];

import type { Deviation } from '@ingresskit/annotations';

/** Where the profile departs from the twin on purpose. */
export const higressDeviations: readonly Deviation[] = [
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
    id: 'mesh-retries',
    family: 'retries',
    gateway: 'Without an annotation requests are retried twice by the defaults of the mesh (higress.md A.9).',
    ours: 'Without an annotation nothing is sent again.',
    why: 'Sending a request twice is not a default of the Ingress, but of what runs beneath it.',
  },
];

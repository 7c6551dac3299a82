import type { Deviation } from '@ingresskit/annotations';

/** Where the profile departs from the controller on purpose (ingress-nginx.md §18). */
export const nginxDeviations: readonly Deviation[] = [
  {
    id: 'unknown-algorithm',
    family: 'load-balance',
    gateway: 'An Ingress with an unknown word in load-balance is not served (ingress-nginx.md §0.2).',
    ours: 'Its requests are shared out by round robin, and the word is reported.',
    why: 'A balancing algorithm is no reason to refuse requests.',
  },
  {
    id: 'service-upstream-endpoints',
    family: 'service-upstream',
    gateway: 'A Service without ready pods is still tried at its cluster address.',
    ours: 'It answers 503 like every backend without endpoints.',
    why: 'The answer would be 502 from another place.',
  },
  {
    id: 'mirror-host-variables',
    family: 'mirror',
    gateway: 'Variables may stand in the host of mirror-target.',
    ours: 'They may stand behind the host only, and the host must be one that a tenant may reach.',
    why: 'A request must not choose where its copy goes (ingress-nginx.md §13).',
  },
  {
    id: 'sticky-canary',
    family: 'session-affinity',
    gateway: 'A client with an affinity cookie stays on its side, primary or canary (ingress-nginx.md §2).',
    ours: 'The canary draws for each request; the cookie decides among the endpoints of the side that was drawn.',
    why: 'The cookie names the side by a digest that only a running controller can make.',
  },
];

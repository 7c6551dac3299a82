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
  {
    id: 'external-auth-fail-open',
    family: 'external-auth',
    gateway:
      'Bad values of auth-always-set-cookie, auth-request-redirect and auth-cache-duration drop the whole gate, so requests get in (ingress-nginx.md §0.2).',
    ours: 'The routes answer 503.',
    why: 'A gate that cannot be read must not be open.',
  },
  {
    id: 'external-auth-destinations',
    family: 'external-auth',
    gateway: 'auth-url may lead anywhere.',
    ours: 'It may not lead to the gateway, to metadata services, to the API server, to ports of other protocols, or to Services of other namespaces.',
    why: 'A tenant must not make the gateway ask places that only the gateway can reach (reliability.md §2.5).',
  },
  {
    id: 'external-auth-headers',
    family: 'external-auth',
    gateway: 'With auth-keepalive, headers of the answer are copied shifted by one place (ingress-nginx.md §3.2).',
    ours: 'Each header is copied under its own name.',
    why: 'It is a mistake of the controller.',
  },
  {
    id: 'client-tls-closed-host',
    family: 'client-tls',
    gateway: 'A host whose client authorities cannot be had answers 403 (ingress-nginx.md §3.4).',
    ours: 'It answers 503, like every gate that could not be built.',
    why: 'One answer for one state; nobody gets in either way.',
  },
  {
    id: 'waf-not-run',
    family: 'waf',
    gateway: 'ModSecurity looks into requests.',
    ours: 'Nobody does, which is an error; the routes are closed where the options say so, and by a value that cannot be read.',
    why: 'A simulation that stayed silent would show routes as guarded that are not.',
  },
  {
    id: 'protocol-case',
    family: 'backend-protocol',
    gateway: 'gRPC and FastCGI in small letters get only half of their treatment (ingress-nginx.md §12).',
    ours: 'Letter case does not matter.',
    why: 'Proposed in ingress-nginx.md §18.',
  },
  {
    id: 'fastcgi-foreign-params',
    family: 'backend-protocol',
    gateway: 'A ConfigMap of FastCGI parameters in another namespace is ignored.',
    ours: 'The routes answer 503, as they do for one that is missing.',
    why: 'The process may decide by its parameters.',
  },
];

import type { Deviation } from '@ingresskit/annotations';

/** Where requests fare otherwise than with the controller, on purpose. Each was seen on a real nginx, and the oracle knows each by its id. */
export const nginxRequestDeviations: readonly Deviation[] = [
  {
    id: 'unknown-method',
    gateway: 'A method that nginx does not know is sent to the backend like any other (reliability.md §2.2, A10).',
    ours: '501.',
    why: 'Programs that do not know a method disagree on whether it has a body, which is how requests are smuggled.',
  },
  {
    id: 'refused-methods',
    gateway:
      'CONNECT and TRACE are refused after the path and the host have been looked at, so that a bad one is answered first, with 400 (reliability.md §2.2, A10).',
    ours: '405 in any case.',
    why: 'Refused is refused.',
  },
  {
    id: 'path-refused',
    gateway: 'Paths with a backslash, with a dot segment that has parameters ("..;"), or with a "#" are served (reliability.md §2.4, A12).',
    ours: '400.',
    why: 'Backends read them differently, so that what was authorised is not what is served.',
  },
  {
    id: 'host-refused',
    gateway:
      'A Host header is taken that no host name is: with an empty port or one that is no number, with an empty label, or with a character like "@" or "*" (reliability.md §2.2, A07).',
    ours: '400.',
    why: 'Programs disagree on which host such a header names.',
  },
  {
    id: 'https-host-spelling',
    family: 'ssl-redirect',
    gateway: 'The redirect to HTTPS names the host as the client spelled it: in capitals, or with a dot at its end (ingress-nginx.md §11).',
    ours: 'The host in lower case, without the dot.',
    why: 'Both are the same host, and one spelling is enough for caches and cookies.',
  },
  {
    id: 'status-without-location',
    family: 'redirect',
    gateway:
      'A redirect with a status that has no Location (300, 304, 305, 306) sends the target as a body, or nothing (ingress-nginx.md §11).',
    ours: 'The default status, with the target as its Location, and a warning when the Ingress is read.',
    why: 'Clients would stay where they are.',
  },
  {
    id: 'empty-query',
    family: 'rewrite',
    gateway: 'A "?" without a query is left out where the path is rewritten (ingress-nginx.md §1.10).',
    ours: 'It stays, as it does where the path is not rewritten.',
    why: 'The query belongs to the client; an empty one means the same.',
  },
  {
    id: 'unpadded-credentials',
    family: 'basic-auth',
    gateway: 'Credentials whose base64 lacks its "=" at the end are read (RFC 4648 §3.2).',
    ours: '401.',
    why: 'RFC 7617 has them padded, and a gate has one reading of what opens it.',
  },
  {
    id: 'rewrite-points-elsewhere',
    family: 'rewrite',
    gateway:
      'A rewrite that makes a path with "//" at its start, or with a dot segment, is sent to the backend (reliability.md §2.4, A13, A14).',
    ours: '500, before anything that stands after the rewrite.',
    why: 'Such a path names another host or another place to some backends.',
  },
  {
    id: 'alternatives-anchored',
    family: 'path-matching',
    gateway:
      'Of the alternatives of a path like "/a|/b", the start of the request path is asked of the first one alone: "^/a|/b" finds "/b" anywhere (ingress-nginx.md §1.7).',
    ours: 'All alternatives begin where the path begins.',
    why: 'A path is anchored at its start (ingress-nginx.md §1.7), and a guard that matches in the middle is none.',
  },
  {
    id: 'exact-root-among-patterns',
    family: 'path-matching',
    gateway:
      'An Exact "/" on a host with patterns is never reached: the location that the controller makes for every host is the same pattern, and older (ingress-nginx.md §1.1, §1.8).',
    ours: 'It serves what no other path of the host does, as the pattern that it is.',
    why: 'Whoever writes a path wants it served; that another one hides it is an accident of the order of creation.',
  },
  {
    id: 'newline-in-path',
    family: 'path-matching',
    gateway:
      'A line break that was sent as "%0A" is one for the patterns of paths: "." does not match it, and "$" matches before it at the end (ingress-nginx.md §1.9).',
    ours: 'It stays encoded, and is three characters like any other.',
    why: 'The same path in a spelling that is safe to log and forward; what a client appends to a path does not move it past a pattern.',
  },
  {
    id: 'prefix-header-encoded',
    family: 'rewrite',
    gateway: 'X-Forwarded-Prefix is filled with groups of the decoded path (reliability.md §2.2).',
    ours: 'Characters that no path holds as themselves stay encoded.',
    why: 'A decoded line break would begin a header of the client’s own.',
  },
];

import fc from 'fast-check';
import { oneOf } from '../generate/names.ts';
import type { Flavour } from './generate-ingresses.ts';

type Bundle = Readonly<Record<string, string>>;

/** Annotations that go together. The empty bundle is the common case. */
const redirects: readonly Bundle[] = [
  { 'permanent-redirect': 'https://new.example/there?q=1&r=2' },
  { 'permanent-redirect': '/moved', 'permanent-redirect-code': '308' },
  { 'permanent-redirect': '/moved/to/', 'relative-redirects': 'true' },
  { 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '303' },
  { 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '307' },
  { 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '309' },
  { 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '300' },
  { 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '304' },
  { 'temporal-redirect': 'https://away.example/x' },
  { 'temporal-redirect': 'https://away.example/x', 'temporal-redirect-code': '307', 'permanent-redirect': 'https://never.example' },
  { 'temporal-redirect': 'http://away.example', 'temporal-redirect-code': '308' },
];

const secure: readonly Bundle[] = [
  { 'ssl-redirect': 'false' },
  { 'ssl-redirect': 'true' },
  { 'force-ssl-redirect': 'true' },
  { 'force-ssl-redirect': 'true', 'preserve-trailing-slash': 'true' },
  { 'ssl-redirect': 'F' },
];

const addresses: readonly Bundle[] = [
  { 'allowlist-source-range': '127.0.0.1/32' },
  { 'whitelist-source-range': '127.0.0.0/30,10.0.0.0/8' },
  { 'whitelist-source-range': '10.0.0.0/8', 'allowlist-source-range': '127.0.0.2' },
  { 'denylist-source-range': '127.0.0.2' },
  { 'denylist-source-range': '127.0.0.2/31, ::1', 'allowlist-source-range': '127.0.0.0/8' },
  { 'allowlist-source-range': '10.0.0.0/33' },
  { 'denylist-source-range': '10.0.0.1,nobody' },
  { 'allowlist-source-range': '127.0.0.1', satisfy: 'any' },
];

const accounts: readonly Bundle[] = [
  { 'auth-type': 'basic', 'auth-secret': 'users' },
  { 'auth-type': 'basic', 'auth-secret': 'users', 'auth-realm': 'Shop staff: ~/x_1.2' },
  { 'auth-type': 'basic', 'auth-secret': 'map-users', 'auth-secret-type': 'auth-map', 'auth-realm': 'Map' },
  { 'auth-type': 'basic', 'auth-secret': 'missing', 'auth-realm': 'Nobody' },
  { 'auth-type': 'basic', 'auth-secret': 'users', 'allowlist-source-range': '127.0.0.1', satisfy: 'any' },
  { 'auth-type': 'basic', 'auth-secret': 'users', 'allowlist-source-range': '127.0.0.1', satisfy: 'all' },
  { 'auth-type': 'basic', 'auth-secret': 'users', 'denylist-source-range': '127.0.0.2', satisfy: 'any' },
  { 'auth-secret': 'users' },
];

const limits: readonly Bundle[] = [
  { 'limit-rpm': '1' },
  { 'limit-rpm': '1', 'limit-burst-multiplier': '1' },
  { 'limit-rpm': '2', 'limit-burst-multiplier': '2', 'limit-allowlist': '127.0.0.2/32' },
  { 'limit-rpm': '1', 'limit-burst-multiplier': '2', 'limit-whitelist': '127.0.0.1' },
  { 'limit-rpm': '0' },
  { 'limit-rpm': '-3' },
];

const roots: readonly Bundle[] = [{ 'app-root': '/home' }];

const slashes: readonly Bundle[] = [{ 'relative-redirects': 'true' }, { 'relative-redirects': 'false' }];

const rewrites: readonly Bundle[] = [
  { 'rewrite-target': '/' },
  { 'rewrite-target': '/$1' },
  { 'rewrite-target': '/$2' },
  { 'rewrite-target': '/$1$2' },
  { 'rewrite-target': '/new' },
  { 'rewrite-target': '/new/' },
  { 'rewrite-target': '/x/$1' },
  { 'rewrite-target': '/new/$1/$2', 'x-forwarded-prefix': '/shop' },
  { 'rewrite-target': '/x/$2', 'x-forwarded-prefix': '/$1' },
  { 'rewrite-target': '/a' },
  { 'rewrite-target': '/foo', 'use-regex': 'true' },
  { 'use-regex': 'true' },
  { 'use-regex': 'true' },
  { 'use-regex': 'true', 'rewrite-target': '/$1' },
  { 'x-forwarded-prefix': '/unused' },
];

/** A bundle, or none. */
function maybe(bundles: readonly Bundle[], weight: number): fc.Arbitrary<Bundle> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant<Bundle>({}) }, { weight, arbitrary: oneOf(bundles) });
}

/** Annotations of an Ingress, with their prefix. */
export function annotations(flavour: Flavour): fc.Arbitrary<Bundle> {
  return fc
    .tuple(
      maybe(slashes, 1),
      maybe(secure, 3),
      maybe(addresses, 2),
      maybe(accounts, 2),
      // Where a known difference sends a request elsewhere, only one of the two would count it.
      flavour === 'plain' ? maybe(limits, 3) : fc.constant<Bundle>({}),
      maybe(roots, 1),
      maybe(redirects, 1),
      flavour === 'pattern' ? maybe(rewrites, 7) : fc.constant<Bundle>({}),
    )
    .map((bundles) => {
      const all: Bundle = Object.assign({}, ...bundles);
      return Object.fromEntries(Object.entries(all).map(([name, text]) => [`nginx.ingress.kubernetes.io/${name}`, text]));
    });
}

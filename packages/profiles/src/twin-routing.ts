import type { OrderCriterion, PathRules } from '@ingresskit/annotations';
import type { RequestRules } from '@ingresskit/route-table';

/** How both the managed gateway and its open-source twin read paths (higress.md §1.2, §1.3). */
export const twinPaths: PathRules = {
  implementationSpecific: 'prefix',
  regexScope: 'route',
  regexIgnoresCase: false,
  wildcardSuffix: true,
  trimPrefixSlash: true,
  duplicateKey: ['kind', 'path', 'predicates'],
};

/** The order of their routes: mse.md §2.4 for kind, length, headers, queries and age; the rest from the twin (higress.md §1.4). */
export const twinOrder: readonly OrderCriterion[] = [
  'default-backend-last',
  'catch-all-last',
  'kind',
  'length',
  'methods',
  'headers',
  'queries',
  'age',
];

/** How they read requests and pick hosts (higress.md §1.5). */
export const twinRequest: RequestRules = {
  pathNormalization: 'base',
  wildcardDepth: 'any',
  hostFallback: true,
  trailingSlashRedirect: false,
  forwardPath: 'canonical',
};

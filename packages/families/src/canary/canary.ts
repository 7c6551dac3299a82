import type { Family } from '@ingresskit/annotations';
import { defineFamily } from '@ingresskit/annotations';
import { canaryDiagnostics } from './diagnostics.ts';
import { canaryFields } from './fields.ts';
import { joinCanaries } from './join.ts';
import type { CanaryPolicy } from './policy.ts';
import { resolveCanary } from './resolve.ts';
import { canarySettings } from './settings.ts';

export type { CanaryPolicy, CanaryShare } from './policy.ts';
export type { CanarySettings } from './settings.ts';

/**
 * Canary releases: an Ingress that adds no route of its own and takes some requests of its primary, by header, query parameter, cookie or weight
 * (mse.md §2.1, higress.md §2). It opens and closes nothing: the primary's gates hold for its canaries.
 */
export const canary: Family<'canary', CanaryPolicy> = defineFamily({
  name: 'canary',
  title: 'Canary releases by header, query, cookie or weight',
  scope: 'route',
  phase: 'locate',
  settings: canarySettings,
  fields: canaryFields,
  diagnostics: canaryDiagnostics,
  resolve: resolveCanary,
  join: joinCanaries,
});

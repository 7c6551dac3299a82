import type { NamespacedMeta } from './object.ts';

/**
 * v1 Secret. `data` holds base64 text, as the API server gives it; `stringData` of a manifest is merged into it when it is read.
 * Never print one: take single values out as `Sensitive`.
 */
export interface Secret {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: NamespacedMeta;
  /** `Opaque` when absent. */
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

import type { Codec } from './codec.ts';
import type { StandardSchema } from './standard-schema.ts';
import { fromStandardSchema } from './standard-schema.ts';

/**
 * What happens to traffic when a field's value is invalid (ingress-nginx.md §0.2 has the five outcomes of the original).
 * A restricting family's fields always close; the kit refuses the open outcomes for them.
 */
export type OnInvalid = 'default' | 'ignore-field' | 'ignore-family' | 'deny-route' | 'deny-host' | 'reject-ingress';

/** How much harm the annotation can do in the hands of a tenant, in ingress-nginx's levels. */
export type Risk = 'Low' | 'Medium' | 'High' | 'Critical';

/**
 * The dialects an annotation name belongs to. A profile maps each dialect to the prefixes it is read under:
 * `nginx` is what ingress-nginx defined, `mse` what MSE added, `twin` what only the open-source twin has,
 * `own` a full key that a third party chose (prefix included).
 */
export type Dialect = 'nginx' | 'mse' | 'twin' | 'own';

/** What a value holds that does not act, for its user. */
export interface FieldDigest {
  /** Full sentences. */
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Whether it keeps requests out, as far as its text tells. */
  readonly restricts?: boolean;
}

export interface FieldOptions<T> {
  /** One sentence for the reference: what the annotation does. */
  readonly doc: string;
  /** Stands in when the annotation is absent, and when it is invalid and `onInvalid` is `default`. */
  readonly default?: T;
  /** A value that parses. */
  readonly example: string;
  /** A value that does not. Omitted only where every text is a value. */
  readonly badExample?: string;
  /** Default `nginx`. */
  readonly dialect?: Dialect;
  /** Older names, read only when the name itself is absent or blank. */
  readonly aliases?: readonly string[];
  /** What the setting reaches: one Ingress, every Ingress of the host, every Ingress of the Service. Default: the family's scope. */
  readonly scope?: 'ingress' | 'host' | 'service';
  readonly risk?: Risk;
  /** Looks into a value on gateways where it does not act, so that its user learns what to write instead. Bounded in time; never throws. */
  readonly digest?: (text: string) => FieldDigest;
  /** First version of the reference gateway that has it. */
  readonly since?: string;
  /** Default: `deny-route` for restricting families, otherwise `default` where there is one, else `ignore-field`. */
  readonly onInvalid?: OnInvalid;
  /**
   * Of a gate: the field only tunes what the gate does, and with the field's default, or without it, the gate keeps out as many as with any valid value.
   * A profile may then let an invalid value fall back. Without its word the gate closes, as for every other field.
   */
  readonly tunes?: true;
}

/** One annotation of a family. `D` is the type it has when absent: `undefined`, or `never` when it has a default. */
export interface Field<T, D extends undefined = undefined> extends FieldOptions<T> {
  readonly key: string;
  readonly dialect: Dialect;
  readonly codec: Codec<T>;
  readonly absent?: D;
  /** Set where a part of the name is free: the text before it. Such a field reads every annotation that begins so. */
  readonly freeAfter?: string;
}

/**
 * Declares an annotation: its name without prefix, its grammar (a codec, or any Standard Schema over a string), and what the reference says of it.
 */
export function field<T>(
  key: string,
  codec: Codec<T> | StandardSchema<T>,
  options: FieldOptions<T> & { readonly default: T },
): Field<T, never>;
export function field<T>(key: string, codec: Codec<T> | StandardSchema<T>, options: FieldOptions<T>): Field<T, undefined>;
export function field<T>(key: string, codec: Codec<T> | StandardSchema<T>, options: FieldOptions<T>): Field<T, undefined> {
  return {
    ...options,
    key,
    dialect: options.dialect ?? (key.includes('/') ? 'own' : 'nginx'),
    codec: '~standard' in codec ? fromStandardSchema(codec) : codec,
  };
}

/** The fields of a family by their name in code. */
// biome-ignore lint/suspicious/noExplicitAny: a map of differently typed fields has no other bound that keeps inference
export type Fields = Readonly<Record<string, Field<any, any>>>;

/** What `resolve` receives: each field's value, its default, or `undefined`. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T, infer D> ? ([D] extends [never] ? T : T | undefined) : never;
};

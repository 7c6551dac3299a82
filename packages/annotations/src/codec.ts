/**
 * The grammar of an annotation's value: text in, typed value out. Codecs are pure, bounded in time and never throw.
 */
export interface Codec<T> {
  /** The grammar in a few words, for the generated tables: `whole number of seconds, at least 0`. */
  readonly grammar: string;
  /** Reads the text exactly as the manifest has it. */
  readonly parse: (text: string) => Parsed<T>;
  /** Whether blank text is a value of its own. Otherwise a blank annotation counts as invalid, as the reference gateways do. */
  readonly blank?: 'value';
  /** Set where the text may hold a secret: diagnostics then never echo it. */
  readonly sensitive?: true;
  /** JSON Schema of the text, where it says more than "a string". */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** A value, perhaps with parts that had to be left out, or the reason why the text is not one. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly dropped?: readonly Problem[] }
  | { readonly ok: false; readonly problem: Problem };

/** What is wrong with a text, in words that complete `"soon" …`: `is not a whole number of seconds`. */
export interface Problem {
  readonly message: string;
  readonly help?: string;
}

/** A successful parse. */
export function parsed<T>(value: T, dropped?: readonly Problem[]): Parsed<T> {
  return dropped === undefined || dropped.length === 0 ? { ok: true, value } : { ok: true, value, dropped };
}

/** A failed parse. `message` completes a sentence that begins with the quoted value. */
export function invalid(message: string, help?: string): Parsed<never> {
  return { ok: false, problem: help === undefined ? { message } : { message, help } };
}

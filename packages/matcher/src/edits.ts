import type { AnswerHeaders, HeaderEdits } from './decision.ts';

/** No edits: shared by all decisions that make none. */
export const noEdits: HeaderEdits = Object.freeze({
  set: Object.freeze({}),
  append: Object.freeze({}),
  remove: Object.freeze([]) as readonly string[],
});

/**
 * Collects edits of one message's headers. The result is applied as remove, set, append, whatever the order of the calls: a later `set` takes
 * back an earlier `append` and `remove` of the same name, since it decides the whole value.
 */
export class EditCollector {
  #set: Map<string, string> | undefined;
  #append: Map<string, string[]> | undefined;
  #remove: Set<string> | undefined;

  set(name: string, value: string): void {
    const key = name.toLowerCase();
    this.#set ??= new Map();
    this.#set.set(key, value);
    this.#append?.delete(key);
    this.#remove?.delete(key);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    this.#append ??= new Map();
    const values = this.#append.get(key);
    if (values === undefined) this.#append.set(key, [value]);
    else values.push(value);
  }

  remove(name: string): void {
    const key = name.toLowerCase();
    this.#remove ??= new Set();
    this.#remove.add(key);
    this.#set?.delete(key);
    this.#append?.delete(key);
  }

  /** The value the edits alone give a header: what was set, with what was appended to it. */
  get(name: string): string | undefined {
    const set = this.#set?.get(name);
    const appended = this.#append?.get(name);
    if (appended === undefined) return set;
    return set === undefined ? appended.join(', ') : [set, ...appended].join(', ');
  }

  /** Headers that an answer of the gateway itself carries: everything set or appended. */
  headers(): AnswerHeaders {
    const names = new Set([...(this.#set?.keys() ?? []), ...(this.#append?.keys() ?? [])]);
    // Not by assignment: a header may be named `__proto__`.
    return Object.fromEntries([...names].map((name) => [name, this.#answerValue(name)]));
  }

  #answerValue(name: string): string | readonly string[] {
    const appended = name === 'set-cookie' ? this.#append?.get(name) : undefined;
    if (appended === undefined || appended.length < 2) return this.get(name) ?? '';
    const set = this.#set?.get(name);
    return set === undefined ? [...appended] : [set, ...appended];
  }

  finish(): HeaderEdits {
    if (!this.#set?.size && !this.#append?.size && !this.#remove?.size) return noEdits;
    return {
      set: this.#set === undefined ? noEdits.set : recordOf(this.#set),
      append: this.#append === undefined ? noEdits.append : recordOf(this.#append),
      remove: this.#remove === undefined ? noEdits.remove : [...this.#remove],
    };
  }
}

/** The entries as an object. By assignment, which takes a third of the time of `Object.fromEntries`, unless a header is named `__proto__`. */
function recordOf<V>(entries: ReadonlyMap<string, V>): Record<string, V> {
  if (entries.has('__proto__')) return Object.fromEntries(entries);
  const record: Record<string, V> = {};
  for (const [name, value] of entries) record[name] = value;
  return record;
}

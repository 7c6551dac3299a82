// Node's console and assertion messages look for this symbol. It comes from the global registry, so no Node import is needed.
const inspectSymbol = Symbol.for('nodejs.util.inspect.custom');

/**
 * A value that must not be printed: a key, a password list, a token. Text, JSON, `inspect` and structured clones show only its label.
 * Two with equal labels count as equal to deep-equality checks, so a label should name the object, its key and its revision.
 */
export class Sensitive<T> {
  /** Says what the value is without saying the value, for example `Secret default/users key auth`. */
  readonly label: string;
  // A private field, not a property: enumeration, spreading, JSON and cloning cannot reach it.
  readonly #value: T | undefined;

  constructor(label: string, value?: T) {
    this.label = label;
    this.#value = value;
  }

  /** Stands for a value that was lost in serialisation: `reveal()` gives `undefined`. */
  static unresolved<T>(label: string): Sensitive<T> {
    return new Sensitive<T>(label);
  }

  /** The value itself, or `undefined` when it was lost. Hand it on; do not keep or print it. */
  reveal(): T | undefined {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): { readonly $sensitive: string } {
    return { $sensitive: this.label };
  }
}

// Defined from outside because a computed member name cannot stand in an isolated declaration.
Object.defineProperty(Sensitive.prototype, inspectSymbol, {
  value(this: Sensitive<unknown>): string {
    return `[redacted ${this.label}]`;
  },
});

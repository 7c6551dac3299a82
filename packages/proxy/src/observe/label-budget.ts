/** The label that stands for everything beyond a budget. */
export const otherLabel = '_OTHER';

/**
 * Bounds the values that a label takes: who may choose a value, a tenant or a client, must not be able to fill the memory of whoever collects the
 * metrics (reliability.md §3.3). The first values keep their names, later ones share `_OTHER`.
 */
export class LabelBudget {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value to use for a label. */
  admit(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#most) return otherLabel;
    this.#known.add(value);
    return value;
  }
}

const methods: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** A method as a label: OpenTelemetry's `_OTHER` for what is not registered. */
export function methodLabel(method: string): string {
  return methods.has(method) ? method : otherLabel;
}

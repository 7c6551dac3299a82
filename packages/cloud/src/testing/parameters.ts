/** An answer that is an error, thrown by an operation of the fake. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Reads the query of one call with the types the API documents, and refuses what the API would. */
export class Parameters {
  readonly #query: ReadonlyMap<string, string>;

  constructor(query: ReadonlyMap<string, string>) {
    this.#query = query;
  }

  optional(name: string): string | undefined {
    return this.#query.get(name);
  }

  text(name: string): string {
    const value = this.#query.get(name);
    if (value === undefined || value === '') throw new Refusal(400, `Missing${name}`, `${name} is mandatory for this action.`);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.#query.get(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw new Refusal(400, `Invalid${name}`, `${name} must be true or false.`);
    return value === 'true';
  }

  number(name: string): number | undefined {
    const value = this.#query.get(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) throw new Refusal(400, `Invalid${name}`, `${name} must be a number.`);
    return Number(value);
  }

  json(name: string): Record<string, unknown> | undefined {
    const value = this.#query.get(name);
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value) as Record<string, unknown>;
    } catch {
      throw new Refusal(400, `Invalid${name}`, `${name} must be JSON.`);
    }
  }

  /** `ResourceId.1`, `ResourceId.2`, … */
  list(name: string): string[] {
    const values: string[] = [];
    for (let index = 1; ; index += 1) {
      const value = this.#query.get(`${name}.${index}`);
      if (value === undefined) return values;
      values.push(value);
    }
  }

  /** `Tag.1.Key`, `Tag.1.Value`, … A tag without a value matches any. */
  tags(): { Key: string; Value: string | undefined }[] {
    const tags: { Key: string; Value: string | undefined }[] = [];
    for (let index = 1; ; index += 1) {
      const key = this.#query.get(`Tag.${index}.Key`);
      if (key === undefined) return tags;
      if (key.length > 128 || /^(acs:|aliyun)/.test(key)) throw new Refusal(400, 'InvalidTag.Key', `The tag key ${key} is not allowed.`);
      tags.push({ Key: key, Value: this.#query.get(`Tag.${index}.Value`) });
    }
  }

  all(): Record<string, string> {
    return Object.fromEntries(this.#query);
  }
}

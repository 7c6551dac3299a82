/** Where an actual value departs from what was expected of it. */
export interface Difference {
  /** Dotted path of the field, empty for the value itself. */
  readonly path: string;
  readonly expected: unknown;
  /** `undefined` when the field is absent. */
  readonly actual: unknown;
}

/**
 * What of `expected` the value does not hold. Objects are compared as subsets: fields that `expected` does not name may be anything. Lists have the
 * same length and order, and their items are compared by the same rules. `null` expects the field to be absent.
 */
export function differencesFrom(expected: unknown, actual: unknown, path = ''): readonly Difference[] {
  if (expected === null) return actual === undefined || actual === null ? [] : [{ path, expected: undefined, actual }];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [{ path, expected, actual }];
    return expected.flatMap((item, index) => differencesFrom(item, actual[index], `${path}[${index}]`));
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return [{ path, expected, actual }];
    return Object.entries(expected).flatMap(([key, value]) =>
      differencesFrom(value, Object.hasOwn(actual, key) ? actual[key] : undefined, path === '' ? key : `${path}.${key}`),
    );
  }
  return Object.is(expected, actual) ? [] : [{ path, expected, actual }];
}

/** What `actual` has in the fields that `expected` names: the expectation that would hold. Fields that are absent now are expected to be so. */
export function projectOnto(expected: unknown, actual: unknown): unknown {
  if (actual === undefined) return null;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return actual.map((item, index) => (index < expected.length ? projectOnto(expected[index], item) : item));
  }
  if (!isObject(expected) || !isObject(actual)) return actual;
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, projectOnto(value, Object.hasOwn(actual, key) ? actual[key] : undefined)]),
  );
}

/** One difference for a person. */
export function formatDifference({ path, expected, actual }: Difference): string {
  return `${path === '' ? 'the decision' : path} should be ${show(expected)}, and is ${show(actual)}`;
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

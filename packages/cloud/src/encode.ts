/** The lists that travel as numbered parameters (`Tag.1.Key`, `ResourceId.1`); every other list and object is JSON text (mse.md §5.1). */
const numbered: ReadonlySet<string> = new Set(['Tag', 'ResourceId', 'TagKey']);

/** The query of an RPC call. Absent values are left out. */
export function encodeParameters(parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && numbered.has(name)) {
      value.forEach((item: unknown, index) => {
        if (typeof item !== 'object' || item === null) query[`${name}.${index + 1}`] = String(item);
        else for (const [key, part] of Object.entries(item)) if (part !== undefined) query[`${name}.${index + 1}.${key}`] = String(part);
      });
    } else query[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return query;
}

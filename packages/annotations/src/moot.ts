import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { canonicalJson, refOf } from '@ingresskit/resources';
import { annotationDiagnostics } from './annotation-diagnostics.ts';
import type { ResolveContext } from './family.ts';
import type { Lookups } from './lookups.ts';
import type { Reading } from './read.ts';
import type { Registry } from './registry.ts';
import { Context } from './resolve-context.ts';

/**
 * The annotations of a family that change nothing, because others of the family decide or because they say what holds anyway: the family is resolved
 * once more without each of them. What states the default of its field is left alone, and so is what the family has spoken of itself.
 *
 * @param policy what the family made of all its annotations.
 * @param said what it reported meanwhile.
 */
export function mootAnnotations(
  ingress: Ingress,
  reading: Reading,
  registry: Registry,
  lookups: Lookups,
  policy: unknown,
  said: readonly Diagnostic[],
): readonly Diagnostic[] {
  const { family, values, keys } = reading;
  const fields = Object.keys(keys);
  // A family that does nothing without annotations owes all it does to a single one.
  if (fields.length < (registry.always.includes(family) ? 1 : 2)) return [];
  const defaults = registry.defaults.get(family.name) ?? {};
  const whole = canonicalJson(policy);
  const moot: Diagnostic[] = [];
  for (const name of fields) {
    const key = keys[name];
    if (key === undefined || canonicalJson(values[name]) === canonicalJson(defaults[name])) continue;
    const { [name]: _left, ...others } = keys;
    const heard: Diagnostic[] = [];
    const without: Reading = { ...reading, values: { ...values, [name]: defaults[name] }, keys: others };
    const context = new Context(ingress, without, registry, lookups, heard);
    const rest = family.resolve(without.values, context as unknown as ResolveContext<never>);
    if (canonicalJson(rest) !== whole || heard.length !== said.length) continue;
    moot.push(
      annotationDiagnostics.make('moot', {
        object: refOf(ingress),
        path: ['metadata', 'annotations', key],
        message: `The annotation changes nothing: without it the other ${family.name} settings come to the same.`,
        data: { annotation: key, family: family.name },
      }),
    );
  }
  return moot;
}

import { type Profile, registryOf } from '@ingresskit/annotations';
import type { Diagnostic, FieldPath, Ingress, Resource } from '@ingresskit/resources';
import { canonicalJson } from '@ingresskit/resources';
import type { Provenance, RouteTable } from '@ingresskit/route-table';
import { createGateway, type Gateway } from 'ingresskit';
import { oddValues } from '../generate/index.ts';
import { actingText, textOf, textsOf } from './law.ts';

/** One field with another value, or without one. */
export interface FieldEdit {
  readonly path: FieldPath;
  /** `undefined` removes the field. */
  readonly value: unknown;
}

/**
 * Every annotation under the profile's prefixes removed and changed, and every field of the spec changed, one at a time. A changed annotation gets a value
 * that its own grammar reads differently.
 */
export function traceableEdits(profile: Profile, ingress: Ingress): readonly FieldEdit[] {
  const edits: FieldEdit[] = [];
  for (const [key, value] of Object.entries(ingress.metadata.annotations ?? {})) {
    if (!profile.prefixes.some(({ prefix }) => key.startsWith(prefix))) continue;
    const path = ['metadata', 'annotations', key];
    edits.push({ path, value: undefined });
    const other = otherValue(profile, key, value);
    if (other !== undefined) edits.push({ path, value: other });
  }
  for (const [path, value] of leaves(ingress.spec, ['spec'])) {
    if (typeof value === 'string') edits.push({ path, value: value === '' ? 'other' : `${value}x` });
    else if (typeof value === 'number') edits.push({ path, value: value + 1 });
  }
  return edits;
}

/** Whether an edit of one Ingress among others changes the table or the diagnostics, or one of these speaks of the field in any case. */
export function leavesTrace(
  gateway: Gateway,
  profile: Profile,
  ingress: Ingress,
  objects: readonly Resource[],
  { path, value }: FieldEdit,
): boolean {
  // A class shows where it is chosen by.
  const own = path[1] === 'ingressClassName' ? ingress.spec?.ingressClassName : undefined;
  const chosen = own === undefined ? gateway : createGateway({ profile, ingressClass: own });
  const before = chosen.compile(objects);
  const after = chosen.compile(objects.map((object) => (object === ingress ? edited(ingress, path, value) : object)));
  if (
    actingText(after.table) !== actingText(before.table) ||
    textsOf(after.diagnostics).join('\n') !== textsOf(before.diagnostics).join('\n')
  )
    return true;
  if (value === undefined && statesDefault(profile, ingress, path)) return true;
  const { namespace, name } = ingress.metadata;
  const reports = before.diagnostics.filter(
    ({ object }) => object?.kind === 'Ingress' && object.name === name && object.namespace === namespace,
  );
  if (isSpokenOf(profile, ingress, reports, path)) return true;
  const isLive = hasLiveRoute(before.table, profile, ingress);
  // What holds for a host or a Service, an older Ingress may decide to the same end; that the routes were read from it stands in their provenance.
  if (textOf(after.table) !== textOf(before.table) && !(isLive && isOfRoutes(profile, path))) return true;
  // Of an Ingress none of whose routes takes a request, every route is reported; what it would have said about them is moot.
  return !isLive && reports.some(({ severity, consequence }) => severity !== 'info' || lost.test(consequence));
}

/** Whether a request can reach a route that the Ingress's annotations are about. */
function hasLiveRoute(table: RouteTable, profile: Profile, { metadata: { namespace, name } }: Ingress): boolean {
  const isOurs = ({ ingress: ref, origin }: Provenance): boolean =>
    ref.name === name &&
    ref.namespace === namespace &&
    (origin === 'path' || (origin === 'default-backend' && profile.defaultBackend.policies));
  return table.hosts
    .sortedEntries()
    .flatMap(([, host]) => host.routes)
    .some(
      ({ provenance, denied, unrouted, canaries = [], backends }) =>
        (isOurs(provenance) && denied === undefined && unrouted !== true) ||
        (denied === undefined && backends.length > 0 && canaries.some((canary) => isOurs(canary.provenance))) ||
        backends.some(({ canary }) => canary === `${namespace}/${name}`),
    );
}

/** Whether an annotation is about the routes of its Ingress alone, not about a host or a Service. */
function isOfRoutes(profile: Profile, path: FieldPath): boolean {
  const family = registryOf(profile).spellings.get(String(path[2]))?.family;
  return family !== undefined && (profile.scopes?.[family.name] ?? family.scope) === 'route';
}

/** Whether an annotation says what holds without it: there is nothing to lose. */
function statesDefault(profile: Profile, { metadata }: Ingress, path: FieldPath): boolean {
  const key = String(path[2]);
  const field = path[0] === 'metadata' ? registryOf(profile).spellings.get(key)?.field : undefined;
  if (field?.default === undefined) return false;
  const read = field.codec.parse(metadata.annotations?.[key] ?? '');
  return read.ok && canonicalJson(read.value) === canonicalJson(field.default);
}

function edited(object: Ingress, path: FieldPath, value: unknown): Ingress {
  type Json = Record<string | number, unknown>;
  const copy = JSON.parse(JSON.stringify(object)) as Json;
  let parent: Json = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as Json;
  const key = path.at(-1) as string;
  if (value !== undefined) Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
  else Reflect.deleteProperty(parent, key);
  return copy as unknown as Ingress;
}

function* leaves(value: unknown, path: FieldPath): Generator<readonly [FieldPath, unknown], undefined, undefined> {
  if (typeof value !== 'object' || value === null) return void (yield [path, value]);
  for (const [key, item] of Object.entries(value)) yield* leaves(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

function otherValue(profile: Profile, key: string, value: string): string | undefined {
  const field = registryOf(profile).spellings.get(key)?.field;
  if (field === undefined) return undefined;
  const read = (text: string): string => canonicalJson(field.codec.parse(text));
  return [field.example, field.badExample ?? '', ...oddValues].find((candidate) => read(candidate) !== read(value));
}

/** The part of an Ingress that stands or falls as one: a path, a rule, a TLS entry, the default backend. */
function unitOf(path: FieldPath): FieldPath {
  if (path[1] === 'rules') return path.slice(0, path[4] === 'paths' && path.length > 5 ? 6 : 3);
  return path[1] === 'tls' ? path.slice(0, 3) : path.slice(0, 2);
}

function isPrefix(part: FieldPath, path: FieldPath): boolean {
  return part.every((key, index) => key === path[index]);
}

const lost = /^(route|host)-(dropped|denied)$|^(family-ignored|object-rejected)$/;

/** Whether one of an Ingress's diagnostics speaks of a field. */
function isSpokenOf(profile: Profile, ingress: Ingress, own: readonly Diagnostic[], path: FieldPath): boolean {
  const familyOf = (key: unknown) => registryOf(profile).spellings.get(String(key))?.family;
  const speaks = ({ path: at = [], consequence, message, data, help }: Diagnostic): boolean => {
    // It stands at the field, above it or below it.
    if (isPrefix(at, path) || isPrefix(path, at)) return true;
    if (path[0] === 'metadata') {
      if (JSON.stringify([message, data, help]).includes(JSON.stringify(String(path[2])).slice(1, -1))) return true;
      // What a family cannot make a policy of goes with all its annotations.
      const family = familyOf(path[2]);
      return (
        lost.test(consequence) &&
        family !== undefined &&
        (at[2] === undefined ? data?.['family'] === family.name : familyOf(at[2]) === family)
      );
    }
    // An annotation spoils every path, or the part the field is in is lost.
    if (at[0] === 'metadata' && path[1] === 'rules') return /^(route-dropped|object-rejected)$/.test(consequence);
    return at[0] === 'spec' && isPrefix(unitOf(at), path) && (lost.test(consequence) || at[1] === 'tls');
  };
  if (own.some(speaks)) return true;
  // A rule whose every path is reported lost is lost.
  const paths = path[1] === 'rules' ? ingress.spec?.rules?.[Number(path[2])]?.http?.paths : undefined;
  const isLost = (index: number): boolean =>
    own.some(
      ({ path: at = [], consequence, data }) =>
        lost.test(consequence) &&
        (isPrefix(['spec', 'rules', path[2] ?? 0, 'http', 'paths', index], at) || Object.values(data ?? {}).includes(paths?.[index]?.path)),
    );
  return path[3] === 'host' && paths?.every((_, index) => isLost(index)) === true;
}

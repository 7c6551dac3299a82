import type { Diagnostic, FieldPath, RelatedInformation, Span } from './diagnostic.ts';
import { type ObjectRef, objectKey } from './ref.ts';
import { isKind, type Resource } from './resource.ts';
import type { Snapshot } from './snapshot.ts';

/** The text an object was read from. */
export interface Origin {
  readonly file: string;
  /**
   * Where a field is. Of a map entry: from the start of its key to the end of its value when the value ends on that line, else the key alone. Of a
   * list item: its first line. A field that is not in the text gives its nearest ancestor that is; the empty path gives the object's first line.
   */
  locate(path: FieldPath): Span | undefined;
}

// Beside the objects, not in them: they stay plain data that compares and serialises without positions.
const origins = new WeakMap<object, Origin>();

/** Ties an object to the text it was read from. For readers of text formats; the last call wins. */
export function recordOrigin(object: Resource, origin: Origin): void {
  origins.set(object, origin);
}

/** The text an object was read from, if it was read from text. */
export function originOf(object: Resource): Origin | undefined {
  return origins.get(object);
}

/** Where a field of an object stands in its manifest, as `Origin.locate` says; `undefined` for objects that do not come from text. */
export function spanOf(object: Resource, path: FieldPath = []): Span | undefined {
  return origins.get(object)?.locate(path);
}

/** Finds objects by reference: a snapshot, or `lookupOf` a list. */
export type ObjectLookup = (ref: ObjectRef) => Resource | undefined;

/** Diagnostics with the file positions of their objects, as far as those come from text. Spans that are there stay. */
export function locate(diagnostics: readonly Diagnostic[], objects: Snapshot | Iterable<Resource> | ObjectLookup): Diagnostic[] {
  const lookup = lookupOf(objects);
  return diagnostics.map((diagnostic) => {
    const span = diagnostic.span ?? spanOfRef(lookup, diagnostic.object, diagnostic.path);
    const related = diagnostic.related?.map((information) => locateRelated(lookup, information));
    if (span === diagnostic.span && related === undefined) return diagnostic;
    return { ...diagnostic, ...(span === undefined ? {} : { span }), ...(related === undefined ? {} : { related }) };
  });
}

function locateRelated(lookup: ObjectLookup, information: RelatedInformation): RelatedInformation {
  const span = information.span ?? spanOfRef(lookup, information.object, information.path);
  return span === undefined ? information : { ...information, span };
}

function spanOfRef(lookup: ObjectLookup, ref: ObjectRef | undefined, path: FieldPath | undefined): Span | undefined {
  const object = ref === undefined ? undefined : lookup(ref);
  return object === undefined ? undefined : spanOf(object, path ?? []);
}

/** A lookup over a snapshot or a list. In a list the first of several objects with one name is found. */
export function lookupOf(objects: Snapshot | Iterable<Resource> | ObjectLookup): ObjectLookup {
  if (typeof objects === 'function') return objects;
  if (!(Symbol.iterator in objects)) {
    return (ref) => (isKind(ref.kind) ? objects.get(ref.kind, ref.namespace, ref.name) : undefined);
  }
  const byKey = new Map<string, Resource>();
  for (const object of objects) {
    const key = objectKey(object.kind, object.metadata.namespace, object.metadata.name);
    if (!byKey.has(key)) byKey.set(key, object);
  }
  return (ref) => byKey.get(objectKey(ref.kind, ref.namespace, ref.name));
}

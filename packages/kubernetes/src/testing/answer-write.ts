import { type ApiObject, keyOf } from '../api-object.ts';
import type { Clock } from '../clock.ts';
import { isMap, isSameJson, type JsonMap } from '../json.ts';
import { applyFields, updateFields, type Writer } from './field-managers.ts';
import type { ParsedRequest } from './parse-request.ts';
import { type FakeAnswer, jsonAnswer, statusAnswer } from './status-body.ts';
import type { VersionedStore } from './versioned-store.ts';

/** What writes need besides the request. */
export interface WriteWorld {
  readonly store: VersionedStore;
  readonly clock: Clock;
  /** Unique uids and name suffixes. */
  readonly nextNumber: () => number;
}

/** Answers GET of one object and every write, with the API server's rules for versions, status, finalizers and field managers. */
export function answerObject(request: ParsedRequest, world: WriteWorld): FakeAnswer {
  const { verb, resource, subresource } = request;
  if (subresource !== undefined && (subresource !== 'status' || !resource.hasStatus)) return notFound(request);
  if (resource.isNamespaced && request.namespace === undefined) return statusAnswer(405, { message: `${verb} needs a namespace` });
  if (verb === 'create') return request.name === undefined ? create(request, world, parse(request.body)) : statusAnswer(405);
  if (request.name === undefined) return statusAnswer(405);
  const live = world.store.get(request.collection, keyOf({ namespace: request.namespace, name: request.name }));
  if (verb === 'patch' && request.contentType === 'application/apply-patch+yaml') return apply(request, world, live);
  if (live === undefined) return notFound(request);
  if (verb === 'get') return jsonAnswer(live);
  if (verb === 'delete') return remove(request, world, live);
  const sent = parse(request.body);
  if (sent === undefined) return statusAnswer(400, { message: 'the body is not a JSON object' });
  if (verb === 'update') return replace(request, world, live, sent);
  if (request.contentType !== 'application/merge-patch+json')
    return statusAnswer(415, { message: `the body of the request was in an unknown format: ${request.contentType}` });
  return replace(request, world, live, mergePatch(live, sent) as JsonMap);
}

function create(request: ParsedRequest, world: WriteWorld, sent: JsonMap | undefined): FakeAnswer {
  const metadata = sent !== undefined && isMap(sent['metadata']) ? sent['metadata'] : {};
  const prefix = metadata['generateName'];
  const name =
    metadata['name'] ?? (typeof prefix === 'string' ? `${prefix}${world.nextNumber().toString(36).padStart(5, '0')}` : undefined);
  if (sent === undefined || typeof name !== 'string' || name === '') return statusAnswer(422, { message: 'metadata.name: Required value' });
  const { resource, collection, namespace } = request;
  if (world.store.get(collection, keyOf({ namespace, name })) !== undefined) {
    return statusAnswer(409, { reason: 'AlreadyExists', message: `${resource.plural} "${name}" already exists` });
  }
  const { status: _status, ...rest } = sent;
  const object = {
    ...(resource.hasStatus ? rest : sent),
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: born(request, world, { ...metadata, name }),
  } as unknown as ApiObject;
  return jsonAnswer(world.store.put(collection, keyOf(object.metadata), updateFields(undefined, object, writerOf(request, world))), 201);
}

function born({ namespace }: ParsedRequest, { clock, nextNumber }: WriteWorld, metadata: JsonMap): JsonMap {
  const { resourceVersion: _version, managedFields: _fields, generateName: _prefix, ...rest } = metadata;
  return {
    ...rest,
    ...(namespace === undefined ? {} : { namespace }),
    uid: `00000000-0000-4000-8000-${nextNumber().toString(16).padStart(12, '0')}`,
    generation: 1,
    creationTimestamp: timeOf(clock),
  };
}

function replace(request: ParsedRequest, world: WriteWorld, live: ApiObject, sent: JsonMap): FakeAnswer {
  const metadata = isMap(sent['metadata']) ? sent['metadata'] : {};
  const version = metadata['resourceVersion'];
  if (version !== undefined && version !== '' && version !== live.metadata.resourceVersion) return outdated(request);
  if (metadata['uid'] !== undefined && metadata['uid'] !== live.metadata.uid) return outdated(request);
  return save(request, world, live, updateFields(live, confine(request, live, sent), writerOf(request, world)));
}

/** Keeps what this endpoint may not change: status here, everything else there, and the server's own metadata. */
function confine({ subresource, resource }: ParsedRequest, live: ApiObject, sent: JsonMap): ApiObject {
  if (subresource === 'status') return { ...live, status: sent['status'] } as unknown as ApiObject;
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, managedFields, name, namespace } = live.metadata;
  const kept = { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, managedFields, name, namespace };
  const known = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const next = {
    ...sent,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: { ...(isMap(sent['metadata']) ? sent['metadata'] : {}), ...known },
  };
  if (!resource.hasStatus) return next as unknown as ApiObject;
  const { status: _status, ...rest } = next as JsonMap;
  return { ...rest, ...(live['status'] === undefined ? {} : { status: live['status'] }) } as unknown as ApiObject;
}

function apply(request: ParsedRequest, world: WriteWorld, live: ApiObject | undefined): FakeAnswer {
  const sent = parse(request.body);
  if (sent === undefined) return statusAnswer(400, { message: 'the body is not an object' });
  if (request.query.get('fieldManager') === null)
    return statusAnswer(422, { message: 'fieldManager: Required value: is required for apply patch' });
  if (live === undefined && request.subresource !== undefined) return notFound(request);
  const metadata = isMap(sent['metadata']) ? sent['metadata'] : {};
  const base =
    live ??
    ({
      apiVersion: request.resource.apiVersion,
      kind: request.resource.kind,
      metadata: born(request, world, { name: request.name }),
    } as unknown as ApiObject);
  if (metadata['uid'] !== undefined && metadata['uid'] !== live?.metadata.uid) return outdated(request);
  if (live !== undefined && metadata['resourceVersion'] !== undefined && metadata['resourceVersion'] !== live.metadata.resourceVersion)
    return outdated(request);
  const { status, ...rest } = sent;
  const wanted = request.subresource === 'status' ? { status } : request.resource.hasStatus ? rest : sent;
  const result = applyFields(base, wanted, writerOf(request, world), request.query.get('force') === 'true');
  if ('object' in result) return save(request, world, live, result.object);
  const causes = result.conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}" using ${request.resource.apiVersion}`,
    field: `.${path}`,
  }));
  return statusAnswer(409, { message: `Apply failed with ${causes.length} conflict(s)`, causes });
}

function save(request: ParsedRequest, world: WriteWorld, live: ApiObject | undefined, next: ApiObject): FakeAnswer {
  const key = keyOf(next.metadata);
  const isDeleted = next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
  if (isDeleted) {
    world.store.delete(request.collection, key);
    return jsonAnswer(next);
  }
  if (live !== undefined && live.metadata.deletionTimestamp !== undefined) {
    const known = live.metadata.finalizers ?? [];
    if ((next.metadata.finalizers ?? []).some((name) => !known.includes(name))) {
      return statusAnswer(422, {
        message: 'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted',
      });
    }
  }
  // A write that changes nothing makes no new version; only the times of field managers would differ.
  if (live !== undefined && isSameJson(withoutTimes(live), withoutTimes(next))) return jsonAnswer(live);
  const isSpecChange = live === undefined || !isSameJson(specOf(live), specOf(next));
  const generation = (live?.metadata.generation ?? 0) + (isSpecChange ? 1 : 0);
  return jsonAnswer(
    world.store.put(request.collection, key, { ...next, metadata: { ...next.metadata, generation } }),
    live === undefined ? 201 : 200,
  );
}

function specOf({ metadata: _metadata, status: _status, ...rest }: ApiObject): JsonMap {
  return rest;
}

function withoutTimes(object: ApiObject): JsonMap {
  const managedFields = (object.metadata.managedFields ?? []).map((entry) => ({ ...(entry as JsonMap), time: undefined }));
  return { ...object, metadata: { ...object.metadata, managedFields, resourceVersion: undefined } };
}

function remove(request: ParsedRequest, { store, clock }: WriteWorld, live: ApiObject): FakeAnswer {
  const options = parse(request.body);
  const { uid, resourceVersion } = (isMap(options?.['preconditions']) ? options['preconditions'] : {}) as JsonMap;
  if (
    (uid !== undefined && uid !== live.metadata.uid) ||
    (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion)
  ) {
    return outdated(request);
  }
  const key = keyOf(live.metadata);
  if ((live.metadata.finalizers ?? []).length === 0) {
    store.delete(request.collection, key);
    return jsonAnswer({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: live.metadata.name, uid: live.metadata.uid },
    });
  }
  if (live.metadata.deletionTimestamp !== undefined) return jsonAnswer(live);
  return jsonAnswer(store.put(request.collection, key, { ...live, metadata: { ...live.metadata, deletionTimestamp: timeOf(clock) } }));
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function writerOf({ query, headers, subresource, resource }: ParsedRequest, { clock }: WriteWorld): Writer {
  const manager = query.get('fieldManager') ?? headers['user-agent']?.split('/')[0] ?? 'unknown';
  return { manager, subresource: subresource ?? '', apiVersion: resource.apiVersion, time: timeOf(clock) };
}

function notFound({ resource, name }: ParsedRequest): FakeAnswer {
  return statusAnswer(404, { message: `${resource.plural} "${name ?? ''}" not found` });
}

function outdated({ resource, name }: ParsedRequest): FakeAnswer {
  const message = `Operation cannot be fulfilled on ${resource.plural} "${name ?? ''}": the object has been modified; please apply your changes to the latest version and try again`;
  return statusAnswer(409, { message });
}

function timeOf(clock: Clock): string {
  return new Date(clock.wallTime()).toISOString().replace(/\.\d+Z$/, 'Z');
}

function parse(body: string): JsonMap | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

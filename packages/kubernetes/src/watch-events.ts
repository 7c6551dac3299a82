import { type ApiObject, isApiObject } from './api-object.ts';
import { KubernetesError } from './errors.ts';
import { isMap, textAt } from './json.ts';
import { errorOfStatus } from './status-error.ts';

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ApiObject; readonly version: string }
  | { readonly type: 'BOOKMARK'; readonly version: string; readonly endsInitialEvents: boolean };

/** Reads a line. An ERROR event throws what it tells; a line that is no event throws `kubernetes/malformed`. */
export function parseWatchEvent(line: string, action: string): WatchEvent {
  const event = parse(line, action);
  const { type, object } = event;
  if (type === 'ERROR') throw errorOfStatus(object, 500, action);
  if (type === 'BOOKMARK') {
    const metadata = isMap(object) && isMap(object['metadata']) ? object['metadata'] : {};
    const version = textAt(metadata, 'resourceVersion') ?? '';
    if (version === '') throw malformed(action, 'a bookmark has no resourceVersion');
    const annotations = isMap(metadata['annotations']) ? metadata['annotations'] : {};
    return { type, version, endsInitialEvents: annotations['k8s.io/initial-events-end'] === 'true' };
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')
    throw malformed(action, `an event has the unknown type "${String(type).slice(0, 40)}"`);
  if (!isApiObject(object)) throw malformed(action, 'the object of an event has no metadata.name');
  const version = object.metadata.resourceVersion ?? '';
  if (version === '') throw malformed(action, `${object.metadata.name} has no resourceVersion`);
  return { type, object, version };
}

function parse(line: string, action: string): { readonly type?: unknown; readonly object?: unknown } {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw malformed(action, 'a line is not JSON', cause);
  }
  return isMap(event) ? event : {};
}

function malformed(action: string, what: string, cause?: unknown): KubernetesError {
  return new KubernetesError('kubernetes/malformed', `${action}: ${what}.`, cause === undefined ? {} : { cause });
}

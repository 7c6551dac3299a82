import type { AgeTies } from '@ingresskit/resources';
import { compareAge } from '@ingresskit/resources';
import { backendKey } from '@ingresskit/route-table';
import type { IngressDraft } from './draft.ts';

/** The drafts of all Ingresses, found by Ingress, by host, by Service port and by what they looked up. */
export class DraftSet {
  readonly #byIngress = new Map<string, IngressDraft>();
  readonly #byHost = new Map<string, IngressDraft[]>();
  readonly #byAddedHost = new Map<string, IngressDraft[]>();
  readonly #byBackend = new Map<string, IngressDraft[]>();
  /** Who looked an object up: one key, or a set of them. Most objects have one reader, and a set each would cost more than the drafts. */
  readonly #readers = new Map<string, string | Set<string>>();
  readonly #ties: AgeTies;

  constructor(ties: AgeTies) {
    this.#ties = ties;
  }

  get(key: string): IngressDraft | undefined {
    return this.#byIngress.get(key);
  }

  set(key: string, draft: IngressDraft): void {
    this.delete(key);
    this.#byIngress.set(key, draft);
    for (const host of draft.hosts) addTo(this.#byHost, host, draft, this.#ties);
    for (const host of addedNames(draft)) addTo(this.#byAddedHost, host, draft, this.#ties);
    for (const backend of this.backendKeysOf(draft)) addTo(this.#byBackend, backend, draft, this.#ties);
    for (const lookup of draft.lookups) this.#addReader(lookup, key);
  }

  delete(key: string): void {
    const draft = this.#byIngress.get(key);
    if (draft === undefined) return;
    this.#byIngress.delete(key);
    for (const host of draft.hosts) removeFrom(this.#byHost, host, draft);
    for (const host of addedNames(draft)) removeFrom(this.#byAddedHost, host, draft);
    for (const backend of this.backendKeysOf(draft)) removeFrom(this.#byBackend, backend, draft);
    for (const lookup of draft.lookups) this.#removeReader(lookup, key);
  }

  /** The drafts with a say in a host, oldest first. */
  ofHost(host: string): readonly IngressDraft[] {
    return this.#byHost.get(host) ?? noDrafts;
  }

  /** The drafts whose families add a host, oldest first. */
  ofAddedHost(host: string): readonly IngressDraft[] {
    return this.#byAddedHost.get(host) ?? noDrafts;
  }

  /** Hands over the names of hosts that the drafts of a host add for it. */
  addedBy(host: string, names: Set<string>): void {
    for (const { addedHosts } of this.ofHost(host)) for (const { of, name } of addedHosts) if (of === host) names.add(name);
  }

  /** The drafts with backend-scoped policies for a Service port, oldest first. */
  ofBackend(key: string): readonly IngressDraft[] {
    return this.#byBackend.get(key) ?? noDrafts;
  }

  /** Keys of the Ingresses that looked an object up, found or not. */
  readersOf(objectKey: string): Iterable<string> {
    const readers = this.#readers.get(objectKey);
    if (readers === undefined) return noKeys;
    return typeof readers === 'string' ? [readers] : [...readers];
  }

  /** The Service ports that the backend-scoped policies of a draft are about; none when it has no such policies. */
  backendKeysOf(draft: IngressDraft): readonly string[] {
    if (Object.keys(draft.backendPolicies).length === 0) return noKeys;
    const keys = new Set<string>();
    for (const { route } of draft.routes) for (const { backend } of route.backends) keys.add(backendKey(backend));
    for (const { backend } of draft.defaultBackend?.backends ?? []) keys.add(backendKey(backend));
    return [...keys];
  }

  #addReader(lookup: string, key: string): void {
    const readers = this.#readers.get(lookup);
    if (readers === undefined) this.#readers.set(lookup, key);
    else if (typeof readers !== 'string') readers.add(key);
    else if (readers !== key) this.#readers.set(lookup, new Set([readers, key]));
  }

  #removeReader(lookup: string, key: string): void {
    const readers = this.#readers.get(lookup);
    if (readers === key) this.#readers.delete(lookup);
    else if (readers !== undefined && typeof readers !== 'string') {
      readers.delete(key);
      if (readers.size === 0) this.#readers.delete(lookup);
    }
  }
}

const noNames: ReadonlySet<string> = new Set();
const noDrafts: readonly IngressDraft[] = Object.freeze([]);
const noKeys: readonly string[] = Object.freeze([]);

/** Each name once: a draft may add one for several of its hosts. */
export function addedNames({ addedHosts }: IngressDraft): ReadonlySet<string> {
  return addedHosts.length === 0 ? noNames : new Set(addedHosts.map(({ name }) => name));
}

/** Inserts by age with a binary search: a host may have thousands of Ingresses, and usually the newest one comes last. */
function addTo(index: Map<string, IngressDraft[]>, key: string, draft: IngressDraft, ties: AgeTies): void {
  const drafts = index.get(key);
  if (drafts === undefined) {
    index.set(key, [draft]);
    return;
  }
  let low = 0;
  let high = drafts.length;
  if (compareAge(drafts[high - 1]?.ingress ?? draft.ingress, draft.ingress, ties) <= 0) low = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = drafts[middle];
    if (other !== undefined && compareAge(other.ingress, draft.ingress, ties) <= 0) low = middle + 1;
    else high = middle;
  }
  // Few hosts have many Ingresses. A copy of a short list has no spare room, which `splice` leaves for seventeen more.
  if (drafts.length < 8) index.set(key, drafts.toSpliced(low, 0, draft));
  else drafts.splice(low, 0, draft);
}

function removeFrom(index: Map<string, IngressDraft[]>, key: string, draft: IngressDraft): void {
  const drafts = index.get(key);
  const at = drafts?.indexOf(draft) ?? -1;
  if (drafts === undefined || at < 0) return;
  if (drafts.length === 1) index.delete(key);
  else drafts.splice(at, 1);
}

import { Ring, subsetsOf } from '@ingresskit/families';
import type { Algorithm, Candidate } from './algorithm.ts';

/** How keys find endpoints. */
export interface HashOptions {
  /** Keys choose a group of this many endpoints, and chance one in it (`upstream-hash-by-subset-size`). Absent: one endpoint for a key. */
  readonly subsetSize?: number;
  /**
   * No endpoint takes more than this many times the mean load; what is above goes on to the next on the ring. At least 1; absent: no bound, a key
   * always meets the same endpoint.
   */
  readonly boundedLoad?: number;
}

/** Requests with one key meet one endpoint, or one group of them. A request without a key counts as one with an empty key, as in nginx. */
export function ringHash({ subsetSize, boundedLoad }: HashOptions, random: () => number): Algorithm {
  if (subsetSize !== undefined && !(Number.isInteger(subsetSize) && subsetSize > 0))
    throw new TypeError('subsetSize must be a positive integer');
  if (boundedLoad !== undefined && !(boundedLoad >= 1)) throw new TypeError('boundedLoad must be at least 1');
  const choose = subsetSize === undefined ? ownerOn(boundedLoad) : memberOfSubset(subsetSize, random);
  return (candidates, { hashKey = '' }) => choose(candidates, hashKey);
}

type Choose = (candidates: readonly Candidate[], key: string) => Candidate;

function ownerOn(boundedLoad: number | undefined): Choose {
  const placesOf = latest((candidates: readonly Candidate[]) => ({
    ring: new Ring(candidates.map(({ state }) => state.key)),
    byKey: new Map(candidates.map((candidate) => [candidate.state.key, candidate])),
  }));
  return (candidates, key) => {
    const { ring, byKey } = placesOf(candidates);
    if (boundedLoad === undefined) return byKey.get(ring.ownerOf(key) as string) as Candidate;
    let active = 1;
    for (const { state } of candidates) active += state.active;
    const most = Math.ceil((boundedLoad * active) / candidates.length);
    for (const owner of ring.from(key)) {
      const candidate = byKey.get(owner) as Candidate;
      if (candidate.state.active < most) return candidate;
    }
    // Not reached: were every load at the bound or above, their sum would exceed itself.
    return candidates[0] as Candidate;
  };
}

function memberOfSubset(size: number, random: () => number): Choose {
  const placesOf = latest((candidates: readonly Candidate[]) => {
    const groups = subsetsOf(
      [...candidates].sort((a, b) => (a.state.key < b.state.key ? -1 : 1)),
      size,
    );
    return { ring: new Ring(groups.map((_, index) => String(index))), groups };
  });
  return (candidates, key) => {
    const { ring, groups } = placesOf(candidates);
    const group = groups[Number(ring.ownerOf(key))] as readonly Candidate[];
    return group[Math.floor(random() * group.length)] as Candidate;
  };
}

/** Remembers the result for the last list of members, by their keys. */
function latest<T>(build: (candidates: readonly Candidate[]) => T): (candidates: readonly Candidate[]) => T {
  let list: readonly Candidate[] = [];
  let members = '';
  let value: T | undefined;
  return (candidates) => {
    if (value !== undefined && candidates === list) return value;
    const now = candidates.map(({ state }) => state.key).join(' ');
    if (value === undefined || now !== members) value = build(candidates);
    list = candidates;
    members = now;
    return value;
  };
}

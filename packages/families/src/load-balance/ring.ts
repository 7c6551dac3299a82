import { hash32 } from './hash.ts';

/** Points of each member on the circle: with 160 the shares of equal members differ by about a tenth (the number ketama uses). */
const pointsEach = 160;

/**
 * A consistent hash: keys and members lie on a circle, and a key belongs to the next member on it. A member that joins takes keys from the others and
 * moves none between them; one that leaves gives its keys away and moves no other. It depends on the set of members only, not on their order.
 */
export class Ring {
  readonly #points: Uint32Array;
  readonly #owners: readonly string[];

  constructor(members: readonly string[]) {
    const points = [...new Set(members)].flatMap((member) =>
      Array.from({ length: pointsEach }, (_, index) => ({ at: hash32(`${member}#${index}`), member })),
    );
    // Equal points are ordered by name, or the order of the list would decide.
    points.sort((a, b) => a.at - b.at || (a.member < b.member ? -1 : 1));
    this.#points = Uint32Array.from(points, ({ at }) => at);
    this.#owners = points.map(({ member }) => member);
  }

  /** The members from the key's place on, each once, nearest first. */
  *from(key: string): Generator<string> {
    const count = this.#owners.length;
    const start = this.#indexOf(hash32(key));
    const given = new Set<string>();
    for (let step = 0; step < count; step++) {
      const owner = this.#owners[(start + step) % count] as string;
      if (given.has(owner)) continue;
      given.add(owner);
      yield owner;
    }
  }

  /** The member a key belongs to; `undefined` on an empty ring. */
  ownerOf(key: string): string | undefined {
    const count = this.#owners.length;
    return count === 0 ? undefined : this.#owners[this.#indexOf(hash32(key)) % count];
  }

  /** The position of the first point at or after a place. */
  #indexOf(place: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

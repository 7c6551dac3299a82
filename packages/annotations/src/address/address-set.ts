import { parseIpv4 } from './ipv4.ts';
import type { Ipv6Words } from './ipv6.ts';
import { isMapped, parseIpv6 } from './ipv6.ts';
import { maskOf, parseBlock } from './parse-cidr.ts';

/** Addresses and ranges, compiled for look-ups. */
export interface AddressSet {
  /**
   * Whether the address is in the set. Text that is not an address is in no set, so a gate that refuses what **is** in a set must ask
   * `isAddress` first and close when it is false.
   */
  has(address: string): boolean;
  /** Entries that could not be read; they hold nothing. Empty when the entries come from the `cidrList` codec. */
  readonly unreadable: readonly string[];
}

/** Whether the text is an IPv4 or IPv6 address in strict form, without zone. */
export function isAddress(text: string): boolean {
  return parseIpv4(text) >= 0 || parseIpv6(text) !== undefined;
}

/** The set of some CIDR ranges. Compiled once for each array: pass the policy's own array, and do not change it afterwards. */
export function addressSet(cidrs: readonly string[]): AddressSet {
  let set = sets.get(cidrs);
  if (set === undefined) {
    set = new CompiledSet(cidrs);
    sets.set(cidrs, set);
  }
  return set;
}

const sets = new WeakMap<readonly string[], AddressSet>();

class CompiledSet implements AddressSet {
  readonly unreadable: readonly string[];
  // Ranges as sorted, disjoint pairs first, last.
  private readonly ipv4: Uint32Array;
  private readonly ipv6: readonly (readonly [Ipv6Words, Ipv6Words])[];

  constructor(cidrs: readonly string[]) {
    const unreadable: string[] = [];
    const four: [number, number][] = [];
    const six: [Ipv6Words, Ipv6Words][] = [];
    for (const cidr of cidrs) {
      const block = parseBlock(cidr);
      if (block === undefined) unreadable.push(cidr);
      else if (block.kind === 4) four.push([block.base, (block.base | ~maskOf(block.length)) >>> 0]);
      else six.push([block.base, lastOf(block.base, block.length)]);
    }
    this.unreadable = unreadable;
    this.ipv4 = Uint32Array.from(disjoint(four, (a, b) => a - b).flat());
    this.ipv6 = disjoint(six, compareWords);
  }

  has(address: string): boolean {
    const four = parseIpv4(address);
    if (four >= 0) return this.hasIpv4(four);
    // Mapped addresses are IPv4 addresses, so the short cut needs both kinds empty.
    if (this.ipv6.length === 0 && this.ipv4.length === 0) return false;
    const six = parseIpv6(address);
    if (six === undefined) return false;
    return isMapped(six) ? this.hasIpv4(six[3]) : this.hasIpv6(six);
  }

  private hasIpv4(address: number): boolean {
    const ranges = this.ipv4;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[2 * middle + 1] as number) < address) low = middle + 1;
      else high = middle;
    }
    return 2 * low < ranges.length && (ranges[2 * low] as number) <= address;
  }

  private hasIpv6(address: Ipv6Words): boolean {
    let low = 0;
    let high = this.ipv6.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareWords((this.ipv6[middle] as [Ipv6Words, Ipv6Words])[1], address) < 0) low = middle + 1;
      else high = middle;
    }
    const range = this.ipv6[low];
    return range !== undefined && compareWords(range[0], address) <= 0;
  }
}

function lastOf(base: Ipv6Words, length: number): Ipv6Words {
  const word = (index: 0 | 1 | 2 | 3): number => (base[index] | ~maskOf(Math.min(32, Math.max(0, length - 32 * index)))) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

/** Sorted ranges without those that lie inside another: blocks of one kind nest or are disjoint. */
function disjoint<T>(ranges: [T, T][], compare: (a: T, b: T) => number): [T, T][] {
  const result: [T, T][] = [];
  for (const range of ranges.sort((a, b) => compare(a[0], b[0]) || compare(b[1], a[1]))) {
    const previous = result.at(-1);
    if (previous === undefined || compare(range[0], previous[1]) > 0) result.push(range);
  }
  return result;
}

function compareWords(a: Ipv6Words, b: Ipv6Words): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

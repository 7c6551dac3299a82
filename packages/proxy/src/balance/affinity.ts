import { createHmac } from 'node:crypto';
import { Ring } from '@ingresskit/families';
import type { Candidate } from './algorithm.ts';
import type { BalanceHint } from './balancer.ts';

/** How clients stay with an endpoint. */
export interface AffinityOptions {
  /**
   * `balanced`: the cookie is a place on the ring, so that scaling moves a part of the clients. `persistent`: the cookie names an endpoint, so that
   * nobody moves while their endpoint lives.
   */
  readonly mode: 'balanced' | 'persistent';
  /** Names the backend in the cookie, so that a primary and its canary tell their clients apart. The same on every replica. */
  readonly backend: string;
  /** After a failed attempt another endpoint is chosen and the cookie replaced; otherwise retries stay with the cookie's endpoint. Default false. */
  readonly changeOnFailure?: boolean;
}

/** A choice, and the cookie that makes it last where the client has none that holds. */
export interface AffinityChoice {
  readonly candidate: Candidate;
  readonly cookie?: string;
}

/** Draws for a place on the ring whose owner has not been tried (ingress-nginx.md §8.2). */
const draws = 20;

/** Chooses by the cookie; `choose` decides for clients without one. */
export class Affinity {
  readonly #mode: AffinityOptions['mode'];
  readonly #suffix: string;
  readonly #changeOnFailure: boolean;
  readonly #backend: string;
  readonly #random: () => number;
  readonly #podKeys = new WeakMap<Candidate['state'], string>();
  #list: readonly Candidate[] = [];
  #members = '';
  #ring = new Ring([]);
  #byKey: ReadonlyMap<string, Candidate> = new Map();
  #byPodKey: ReadonlyMap<string, Candidate> = new Map();

  constructor({ mode, backend, changeOnFailure = false }: AffinityOptions, random: () => number) {
    this.#mode = mode;
    this.#backend = backend;
    this.#suffix = affinityBackendKey(backend);
    this.#changeOnFailure = changeOnFailure;
    this.#random = random;
  }

  choose(all: readonly Candidate[], hint: BalanceHint): AffinityChoice {
    if (all !== this.#list) this.#learn(all);
    const podKey = readPodKey(hint.cookie, this.#suffix);
    return this.#mode === 'balanced' ? this.#balanced(podKey, hint) : this.#persistent(all, podKey, hint);
  }

  #balanced(podKey: string | undefined, { tried }: BalanceHint): AffinityChoice {
    if (podKey !== undefined) {
      const candidate = this.#ownerOf(podKey);
      if (!this.#mustChange(candidate, tried)) return { candidate };
    }
    let token = this.#token();
    for (let draw = 1; draw < draws && tried?.has(this.#ownerOf(token).state.key); draw++) token = this.#token();
    return { candidate: this.#ownerOf(token), cookie: `${token}|${this.#suffix}` };
  }

  #persistent(all: readonly Candidate[], podKey: string | undefined, { tried }: BalanceHint): AffinityChoice {
    const known = podKey === undefined ? undefined : this.#byPodKey.get(podKey);
    if (known !== undefined && !this.#mustChange(known, tried)) return { candidate: known };
    const fresh = tried === undefined ? all : all.filter(({ state }) => !tried.has(state.key));
    const from = fresh.length === 0 ? all : fresh;
    const candidate = from[Math.floor(this.#random() * from.length)] as Candidate;
    return { candidate, cookie: `${this.#podKeyOf(candidate)}|${this.#suffix}` };
  }

  #ownerOf(token: string): Candidate {
    return this.#byKey.get(this.#ring.ownerOf(token) as string) as Candidate;
  }

  /** Prepares look-ups in a list of candidates: the same one serves many requests. */
  #learn(all: readonly Candidate[]): void {
    this.#list = all;
    if (this.#mode === 'persistent') {
      this.#byPodKey = new Map(all.map((candidate) => [this.#podKeyOf(candidate), candidate]));
      return;
    }
    this.#byKey = new Map(all.map((candidate) => [candidate.state.key, candidate]));
    const members = all.map(({ state }) => state.key);
    if (members.join(' ') !== this.#members) this.#ring = new Ring(members);
    this.#members = members.join(' ');
  }

  #mustChange({ state }: Candidate, tried: ReadonlySet<string> | undefined): boolean {
    return this.#changeOnFailure && (tried?.has(state.key) ?? false);
  }

  /** A digest, so that the cookie does not tell the addresses of pods; keyed by the backend, so that one backend's cookie means nothing to another. */
  #podKeyOf({ state }: Candidate): string {
    let key = this.#podKeys.get(state);
    if (key === undefined) {
      key = createHmac('sha256', this.#backend).update(state.key).digest('hex').slice(0, 32);
      this.#podKeys.set(state, key);
    }
    return key;
  }

  #token(): string {
    const part = (): string =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return part() + part() + part() + part();
  }
}

/** The part of a cookie value that names the backend: tells whether a client belongs to the primary or the canary. */
export function affinityBackendKey(backend: string): string {
  return createHmac('sha256', 'backend').update(backend).digest('hex').slice(0, 32);
}

/** What a client sent is trusted for no more than its shape (A49): anything else counts as no cookie. */
function readPodKey(cookie: string | undefined, suffix: string): string | undefined {
  if (cookie === undefined || cookie.length !== 32 + 1 + suffix.length || !cookie.endsWith(`|${suffix}`)) return undefined;
  const podKey = cookie.slice(0, 32);
  return /^[0-9a-f]{32}$/.test(podKey) ? podKey : undefined;
}

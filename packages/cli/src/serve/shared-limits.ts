import type { Admission, LimitStore } from '@ingresskit/proxy';

type RateQuestion = Parameters<LimitStore['count']>[0];
type RateAnswer = Awaited<ReturnType<LimitStore['count']>>;
type PlaceQuestion = Parameters<LimitStore['enter']>[0];

/** What workers ask the process that counts for all of them. */
export type LimitMessage =
  | { readonly kind: 'limit-count'; readonly id: number; readonly question: RateQuestion }
  | { readonly kind: 'limit-enter'; readonly id: number; readonly question: PlaceQuestion }
  | { readonly kind: 'limit-leave'; readonly id: number };

/** What comes back. */
export interface LimitReply {
  readonly kind: 'limit-answer';
  readonly id: number;
  readonly answer: unknown;
}

/** The side of a worker: a store that asks. A process that is gone answers nothing any more, and the limit is `uncounted`. */
export class AskingLimitStore implements LimitStore {
  readonly #send: (message: LimitMessage) => boolean;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #count = 0;

  constructor(send: (message: LimitMessage) => boolean) {
    this.#send = send;
  }

  count(question: RateQuestion): Promise<RateAnswer> {
    return this.#ask((id) => ({ kind: 'limit-count', id, question })) as Promise<RateAnswer>;
  }

  async enter(question: PlaceQuestion): Promise<Admission> {
    let place = -1;
    const answer = (await this.#ask((id) => {
      place = id;
      return { kind: 'limit-enter', id, question };
    })) as Admission['answer'];
    let left = false;
    return {
      answer,
      leave: () => {
        if (!left) this.#send({ kind: 'limit-leave', id: place });
        left = true;
      },
    };
  }

  close(): Promise<void> {
    for (const done of this.#waiting.values()) done(gone);
    this.#waiting.clear();
    return Promise.resolve();
  }

  /** Takes what came from the other process. */
  receive(message: unknown): void {
    const { kind, id, answer } = message as Partial<LimitReply>;
    if (kind !== 'limit-answer' || id === undefined) return;
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #ask(toMessage: (id: number) => LimitMessage): Promise<unknown> {
    const id = this.#count++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      if (this.#send(toMessage(id))) return;
      this.#waiting.delete(id);
      resolve(gone);
    });
  }
}

const gone = { verdict: 'uncounted', why: 'the process that counts is gone' };

const failed = { verdict: 'uncounted', why: 'the store of limits failed' } as const;

/** The side that counts: answers one worker, and gives its places back when it dies. */
export class LimitServer {
  readonly #store: LimitStore;
  readonly #reply: (reply: LimitReply) => void;
  readonly #places = new Map<number, () => void>();
  #isReleased = false;

  constructor(store: LimitStore, reply: (reply: LimitReply) => void) {
    this.#store = store;
    this.#reply = reply;
  }

  async receive(message: unknown): Promise<void> {
    const { kind, id, question } = message as Partial<LimitMessage> & { readonly question?: never };
    if (id === undefined) return;
    if (kind === 'limit-count') this.#reply({ kind: 'limit-answer', id, answer: await this.#count(question as never) });
    else if (kind === 'limit-enter') this.#reply({ kind: 'limit-answer', id, answer: await this.#enter(id, question as never) });
    else if (kind === 'limit-leave') {
      this.#places.get(id)?.();
      this.#places.delete(id);
    }
  }

  async #count(question: RateQuestion): Promise<RateAnswer> {
    try {
      return await this.#store.count(question);
    } catch {
      return failed;
    }
  }

  async #enter(id: number, question: PlaceQuestion): Promise<Admission['answer']> {
    try {
      const { answer, leave } = await this.#store.enter(question);
      // A store that is far away may answer when the worker is gone already.
      if (this.#isReleased) leave();
      else this.#places.set(id, leave);
      return answer;
    } catch {
      return failed;
    }
  }

  /** The worker is gone, with everything that was in flight there. */
  release(): void {
    this.#isReleased = true;
    for (const leave of this.#places.values()) leave();
    this.#places.clear();
  }
}

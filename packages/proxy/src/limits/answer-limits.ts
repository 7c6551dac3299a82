import type { ConcurrencyAnswer, ConcurrencyQuestion, RateAnswer, RateLimitQuestion } from '@ingresskit/families';
import type { Admission, LimitStore, Soon } from './limit-store.ts';

/** Where an answer about requests in flight waits for the end of its exchange. */
export interface ExchangeEnd {
  /** Runs when the exchange is over; at once when it is over already. */
  onEnd(callback: () => void): void;
}

/** Answers to the questions about limits, by their kind. */
export interface LimitAnswerers {
  readonly 'rate-limit': (question: RateLimitQuestion) => Soon<RateAnswer>;
  readonly 'concurrency-limit': (question: ConcurrencyQuestion, exchange: ExchangeEnd) => Soon<ConcurrencyAnswer>;
}

/** Lets a store answer for the families `rate-limit` and `concurrency-limit`. What it says is not checked: see `guardLimits`. */
export function limitAnswerers(store: LimitStore): LimitAnswerers {
  return {
    'rate-limit': (question) => store.count(question),
    'concurrency-limit': (question, exchange) => {
      const admission = store.enter(question);
      return admission instanceof Promise ? admission.then((given) => admitted(given, exchange)) : admitted(admission, exchange);
    },
  };
}

function admitted(admission: Admission, exchange: ExchangeEnd): ConcurrencyAnswer {
  // Whatever the answer is, places may have been taken.
  if (typeof admission.leave === 'function') exchange.onEnd(admission.leave);
  return admission.answer;
}

type AnyAnswerer = (question: never, exchange: never) => unknown;

/**
 * The same answerers, where whoever counts may fail or talk nonsense: the request is `uncounted` then, and the policy decides. No answer at all would mean that
 * nobody counts here, as in a simulation, and would let everybody through.
 *
 * @param onError hears why a request could not be counted, unless the answer itself says so.
 */
export function guardLimits<A extends object>(answerers: A, onError: (error: unknown) => void = () => undefined): A {
  const guards = Object.entries(answerers).filter(([kind]) => kind === 'rate-limit' || kind === 'concurrency-limit');
  return { ...answerers, ...Object.fromEntries(guards.map(([kind, answerer]) => [kind, guarded(answerer as AnyAnswerer, onError)])) };
}

type LimitQuestion = RateLimitQuestion | ConcurrencyQuestion;

function guarded(answerer: AnyAnswerer, onError: (error: unknown) => void): (question: LimitQuestion, exchange: ExchangeEnd) => unknown {
  const failed = (error: unknown): typeof uncounted => {
    onError(error);
    return uncounted;
  };
  const checked = (answer: unknown, { counters }: LimitQuestion): unknown =>
    makesSense(answer, counters) ? answer : failed(new TypeError('whoever counts for limits gave an answer that makes no sense'));
  return (question, exchange) => {
    try {
      const answer = answerer(question as never, exchange as never);
      if (!(answer instanceof Promise)) return checked(answer, question);
      return answer.then((given: unknown) => checked(given, question)).catch(failed);
    } catch (error) {
      return failed(error);
    }
  };
}

const uncounted = { verdict: 'uncounted', why: 'whoever counts failed' } as const;

function makesSense(given: unknown, counters: readonly unknown[]): boolean {
  const answer = given as RateAnswer | ConcurrencyAnswer | null | undefined;
  switch (answer?.verdict) {
    case 'passes':
    case 'uncounted':
      return true;
    case 'exceeds':
      return Number.isInteger(answer.index) && answer.index in counters;
    default:
      return false;
  }
}

import type { ConcurrencyAnswer, ConcurrencyQuestion, RateAnswer, RateLimitQuestion } from '@ingresskit/families';
import type { LimitStore, Soon } from './limit-store.ts';

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

/** Lets a store answer for the families `rate-limit` and `concurrency-limit`. */
export function limitAnswerers(store: LimitStore): LimitAnswerers {
  return {
    'rate-limit': (question) => store.count(question),
    'concurrency-limit': (question, exchange) => {
      const admission = store.enter(question);
      if (!(admission instanceof Promise)) {
        exchange.onEnd(admission.leave);
        return admission.answer;
      }
      return admission.then(({ answer, leave }) => {
        exchange.onEnd(leave);
        return answer;
      });
    },
  };
}

import type { Capabilities } from '@ingresskit/annotations';
import type { InFlight, RateState } from '@ingresskit/families';
import { answerRateQuestion, isConcurrencyQuestion, isRateLimitQuestion, takePlaces } from '@ingresskit/families';
import { RecentMap } from './recent-map.ts';

export interface LimitAnswersOptions {
  /**
   * Counters that are kept of each kind. Beyond it the one that was not used for the longest is forgotten, as nginx does when its zone is full.
   * Default 100 000.
   */
  readonly maxCounters?: number;
}

/**
 * Answers the questions of rate and concurrency limits on a virtual clock, as `Capabilities.answer` does: the requests that are decided with one
 * answerer share its counters, and each brings its time in `at` (cli-contract.md §1). Requests without a time are not counted. The clock never
 * runs backwards: a request with an earlier time than one before it counts as of the same time.
 *
 * @throws TypeError when `maxCounters` is not a whole number above 0.
 */
export function createLimitAnswers({ maxCounters = 100_000 }: LimitAnswersOptions = {}): NonNullable<Capabilities['answer']> {
  if (!Number.isSafeInteger(maxCounters) || maxCounters < 1)
    throw new TypeError(`maxCounters must be a whole number above 0, and is ${maxCounters}`);
  const rates = new RecentMap<RateState>(maxCounters);
  const inFlight = new RecentMap<InFlight>(maxCounters);
  let clock = Number.NEGATIVE_INFINITY;
  const nowOf = (at: number): number => {
    clock = Math.max(clock, at);
    return clock;
  };
  return (question) => {
    if (isRateLimitQuestion(question)) return isTime(question.at) ? answerRateQuestion(question, rates, nowOf(question.at)) : undefined;
    if (isConcurrencyQuestion(question)) return isTime(question.at) ? takePlaces(question, inFlight, nowOf(question.at)) : undefined;
    return undefined;
  };
}

function isTime(at: number | undefined): at is number {
  return at !== undefined && Number.isFinite(at);
}

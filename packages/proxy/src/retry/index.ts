export { type AttemptFailure, isRetryable, isSafeToRepeat, type RetryPolicy } from '@ingresskit/families';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export { type RetrySetting, type RetryStep, RetryTimeline } from './retry-timeline.ts';

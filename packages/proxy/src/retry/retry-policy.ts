export { type AttemptFailure, isRetryable, isSafeToRepeat, type RetryPolicy } from '@ingresskit/families';

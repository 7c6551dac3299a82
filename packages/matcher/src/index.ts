export type {
  AnswerHeaders,
  Decision,
  DecisionArm,
  DecisionBackend,
  DecisionRoute,
  ForwardDecision,
  HeaderEdits,
  NoRouteDecision,
  RedirectDecision,
  RespondDecision,
  ResponseEdits,
  UpstreamRequest,
} from './decision.ts';
export { backendOf } from './decision.ts';
export { createIndexedLocator } from './indexed-locator.ts';
export type { Location, Locator } from './locator.ts';
export { createMatcher, type Explanation, type Match, type Matcher } from './matcher.ts';
export { isPending, type PendingDecision } from './pending-decision.ts';
export type { Recorder, TraceStage, TraceStep } from './trace.ts';
export { endpointsFor, hasEndpoints } from './usable-endpoints.ts';

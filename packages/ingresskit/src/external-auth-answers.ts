import type { Question, RequestInput, UpstreamAnswer } from '@ingresskit/annotations';

/**
 * Answers external authentication with what the request itself says its authentication service would answer (`auth`, cli-contract.md §1). Without that
 * nobody answers, and the gate stays shut: a simulation never asks a service.
 */
export function externalAuthAnswers(): (question: Question, request: RequestInput) => UpstreamAnswer | undefined {
  return ({ kind }, { auth }) => (kind === 'external-auth' ? auth : undefined);
}

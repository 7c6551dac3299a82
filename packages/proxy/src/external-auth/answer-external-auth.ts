import type { ExternalAuthQuestion, UpstreamAnswer } from '@ingresskit/annotations';
import type { ExternalAuthClient } from './external-auth-client.ts';

/** What an answer about a request needs of it. */
export interface AskingRequest {
  /** As they came from the client and past the gate: names and values one after the other. */
  readonly headers: readonly string[];
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Answers to the questions of the family `external-auth`, by their kind. */
export interface ExternalAuthAnswerers {
  readonly 'external-auth': (question: ExternalAuthQuestion, request: AskingRequest) => Promise<UpstreamAnswer>;
}

/** Lets a client answer for the family `external-auth`. A rejection is no answer, and the gate stays shut. */
export function externalAuthAnswerers(client: ExternalAuthClient): ExternalAuthAnswerers {
  return { 'external-auth': (question, { headers, signal }) => client.ask(question, headers, signal) };
}

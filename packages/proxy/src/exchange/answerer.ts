import type { Question } from '@ingresskit/annotations';

/** What an answerer may know besides the question, and where it can wait for the end of the exchange. */
export interface AnswerContext {
  readonly clientAddress: string;
  readonly method: string;
  /** The request's headers as a backend would get them: names and values, one after the other. */
  readonly headers: readonly string[];
  /** Why the handshake did not verify the client's certificate; `undefined` when it did, or there is none. */
  readonly certificateProblem: string | undefined;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Runs when the exchange is over: a concurrency limit gives its place back. */
  onEnd(callback: () => void): void;
}

/** Answers the questions of one kind. `undefined` means that nobody could answer, and the gate that asked stays shut. */
export type Answerer = (question: never, context: AnswerContext) => unknown;

/** Answerers by `kind` of question. */
export type Answerers = Readonly<Record<string, Answerer | undefined>>;

/** Asks; failures count as no answer. Synchronous when the answerer is. */
export function ask(answerers: Answerers, question: Question, context: AnswerContext, onError: (error: unknown) => void): unknown {
  const answerer = Object.hasOwn(answerers, question.kind) ? answerers[question.kind] : undefined;
  if (answerer === undefined) return undefined;
  try {
    const answer = answerer(question as never, context);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      onError(error);
      return undefined;
    });
  } catch (error) {
    onError(error);
    return undefined;
  }
}

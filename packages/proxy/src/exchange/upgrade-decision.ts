import type { Decision, ForwardDecision } from '@ingresskit/matcher';
import { isPending } from '@ingresskit/matcher';
import { ask } from './answerer.ts';
import type { Exchange } from './exchange.ts';
import { BackendAnswer } from './response-head.ts';

/**
 * The walk's second half for a connection that leaves HTTP: the edits of its head, or another answer in its place. Nothing waits in it, since bytes of the
 * tunnel may follow at once: who cannot answer on the spot counts as away. `undefined` when it failed, which the exchange has been told.
 */
export function upgradeDecision(exchange: Exchange, decision: ForwardDecision, headers: readonly string[]): Decision | undefined {
  const { core, serving } = exchange;
  try {
    let current = serving.matcher.answered(decision, new BackendAnswer(101, headers));
    while (isPending(current)) {
      const answer = ask(core.answerers, current.pending, exchange, (error) => core.onError(error));
      current = current.resume(answer instanceof Promise ? undefined : answer);
    }
    exchange.decision = current;
    return current;
  } catch (error) {
    core.onError(error);
    return undefined;
  }
}

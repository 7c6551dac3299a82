import type { Family } from '@ingresskit/annotations';
import { compilePattern, defineFamily } from '@ingresskit/annotations';

/** Whom the controller refuses by what a client says of itself. */
export interface ClientBlocksPolicy {
  readonly userAgents: readonly HeaderBlock[];
  readonly referers: readonly HeaderBlock[];
}

/** A header value that is refused: text that it must equal in any case, or a pattern that it must hold. */
export interface HeaderBlock {
  readonly kind: 'exact' | 'pattern';
  readonly value: string;
  readonly ignoreCase: boolean;
}

/** What differs between gateways. The `mse` profile refuses nobody this way. */
export interface ClientBlocksSettings {
  /** ConfigMap `block-user-agents`. */
  readonly userAgents: readonly HeaderBlock[];
  /** ConfigMap `block-referers`. */
  readonly referers: readonly HeaderBlock[];
}

const settings: ClientBlocksSettings = { userAgents: [], referers: [] };

/**
 * Clients that are refused on every host by their User-Agent or Referer (ingress-nginx.md §0.1 step 2). Settings of the whole controller: no annotation
 * changes them.
 */
export const clientBlocks: Family<'client-blocks', ClientBlocksPolicy> = defineFamily({
  name: 'client-blocks',
  title: 'Clients refused by what they say of themselves',
  scope: 'host',
  phase: 'connection',
  restricting: true,
  settings,
  fields: {},
  resolvesWhenAbsent: ({ userAgents, referers }) => userAgents.length + referers.length > 0,
  resolve: (_values, { settings: { userAgents, referers } }) => ({ userAgents, referers }),
  request({ userAgents, referers }, exchange) {
    const { request } = exchange;
    const agent = request.header('user-agent') ?? '';
    const referer = request.header('referer') ?? '';
    const isBlocked = userAgents.some((block) => holds(block, agent)) || referers.some((block) => holds(block, referer));
    if (!isBlocked) return undefined;
    exchange.note('the User-Agent or Referer is one that the gateway refuses');
    return { kind: 'respond', status: 403 };
  },
});

function holds({ kind, value, ignoreCase }: HeaderBlock, text: string): boolean {
  if (kind === 'exact') return text.toLowerCase() === value.toLowerCase();
  const compiled = compilePattern(value, { end: 'search', ignoreCase });
  // What cannot be compiled was refused when it was read; a table may have been written by hand.
  return !compiled.ok || compiled.pattern.test(text);
}

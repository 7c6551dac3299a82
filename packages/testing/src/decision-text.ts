import type { Decision } from '@ingresskit/matcher';

/**
 * A decision on one line, as case files write it: `forward shop/cart:80`, `redirect 308 https://…`, `respond 403 ip-access`, `no-route`.
 * A subset follows its port after `@`, a canary stands in parentheses at the end.
 */
export function formatDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'forward': {
      const { namespace, service, port, subset } = decision.backend;
      // The base subset has no name of its own.
      const narrowed = subset === undefined ? '' : `@${subset === '' ? baseSubset : subset}`;
      const { canary } = decision.route;
      return `forward ${namespace}/${service}:${port}${narrowed}${canary === undefined ? '' : ` (canary ${canary})`}`;
    }
    case 'redirect':
      return `redirect ${decision.status} ${decision.location}`;
    case 'respond':
      return `respond ${decision.status} ${decision.reason}`;
    case 'no-route':
      return 'no-route';
  }
}

const baseSubset = 'base';

const forms: readonly { readonly pattern: RegExp; readonly normal: (parts: readonly string[]) => string }[] = [
  {
    pattern: /^forward\s+([^\s/@:()]+)\/([^\s/@:()]+):([^\s/@:()]+)(@[^\s()]+)?(?:\s+\(\s*canary\s+([^\s()]+)\s*\))?$/,
    normal: ([namespace, service, port, subset = '', canary]) =>
      `forward ${namespace}/${service}:${port}${subset}${canary === undefined ? '' : ` (canary ${canary})`}`,
  },
  { pattern: /^redirect\s+(3\d\d)\s+(\S+)$/, normal: ([status, location]) => `redirect ${status} ${location}` },
  { pattern: /^respond\s+([1-5]\d\d)\s+([a-z][a-z0-9/-]*)$/, normal: ([status, reason]) => `respond ${status} ${reason}` },
  { pattern: /^no-route$/, normal: () => 'no-route' },
];

/** The normal spelling of a decision's line, or `undefined` when the text is none. Two lines mean the same when their normal spellings are equal. */
export function normalDecision(text: string): string | undefined {
  const trimmed = text.trim();
  for (const { pattern, normal } of forms) {
    const found = pattern.exec(trimmed);
    if (found !== null) return normal(found.slice(1));
  }
  return undefined;
}

/** The forms a decision's line may have, for messages. */
export const decisionForms =
  'forward NAMESPACE/SERVICE:PORT[@SUBSET] [(canary NAMESPACE/NAME)], redirect STATUS LOCATION, respond STATUS REASON, or no-route';

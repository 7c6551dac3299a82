import type { AttachedDraft, Joined } from '@ingresskit/annotations';
import type { ConditionalCanary, Predicates, WeightedBackend } from '@ingresskit/route-table';
import { fieldOf } from '@ingresskit/route-table';
import { divide, sum } from '../shares.ts';
import type { CanaryPolicy, CanaryShare } from './policy.ts';
import type { CanarySettings } from './settings.ts';

type AttachedCanary = AttachedDraft<CanaryPolicy>;

/**
 * Joins canaries, oldest first, to a primary. Those with conditions are tried before any draw; the rest share the primary's requests by weight
 * (mse.md §2.1, higress.md §2). A draw walks the arms in their order: the primary's, then the canaries' from old to new. Arms of weight 0 stay
 * in the list: they are never drawn, and explanations show them.
 */
export function joinCanaries(primary: Joined, attached: readonly AttachedCanary[], settings: CanarySettings): Joined {
  // What has no backend was reported where the backend was looked up; its requests stay with the primary.
  const usable = attached.filter(({ backends }) => backends.length > 0);
  const acting = settings.canaries === 'oldest' ? usable.slice(0, 1) : usable;
  for (const { name, report, provenance } of usable.slice(acting.length)) {
    report('older-canary', {
      path: fieldOf(provenance),
      message: `The primary already has canary ${acting[0]?.name ?? ''}, which is older, and can have one only; ${name} takes no traffic here.`,
      help: 'Remove one of the two canaries.',
      data: { canary: acting[0]?.name },
    });
  }
  if (primary.backends.length === 0) {
    for (const { report, provenance } of acting) {
      report('closed-primary', {
        path: fieldOf(provenance),
        message: 'The primary of this canary has no backend to share requests with, so the canary takes none.',
        help: 'See what is reported about the primary.',
      });
    }
  }
  const backends = joinShares(primary.backends, acting, settings);
  const conditional = conditionalCanaries(acting, settings);
  return settings.conditional === 'copy'
    ? { backends, canaries: primary.canaries, copies: conditional }
    : { backends, canaries: [...primary.canaries, ...conditional] };
}

function conditionalCanaries(attached: readonly AttachedCanary[], { order }: CanarySettings): readonly ConditionalCanary[] {
  const canaries = attached.flatMap(({ policy, name, backends, policies, provenance }) =>
    (policy.conditions ?? []).map(({ stays, ...when }): ConditionalCanary => {
      if (stays === true) return { canary: name, when, stays, backends: [], provenance };
      const canary = { canary: name, when, backends: wholeOf(backends), provenance };
      return policies === undefined ? canary : { ...canary, policies };
    }),
  );
  return order === 'age' ? canaries : canaries.sort((a, b) => compareConditions(a.when, b.when));
}

/**
 * The more specific condition first: header and query conditions before cookies, then more header conditions, then more query conditions, the
 * order that MSE documents for routes (mse.md §2.4). Equals stay in order of age.
 */
export function compareConditions(a: Predicates, b: Predicates): number {
  return rankOf(a) - rankOf(b) || count(b.headers) - count(a.headers) || count(b.queries) - count(a.queries);
}

function rankOf({ headers, queries }: Predicates): number {
  return count(headers) + count(queries) > 0 ? 0 : 1;
}

function count(conditions: readonly unknown[] | undefined): number {
  return conditions?.length ?? 0;
}

/** A single arm takes everything, whatever its weight says. */
function wholeOf(arms: readonly WeightedBackend[]): readonly WeightedBackend[] {
  const [only] = arms;
  return arms.length === 1 && only !== undefined && only.weight !== 100 ? [{ ...only, weight: 100 }] : arms;
}

interface Sharing {
  readonly canary: AttachedCanary;
  readonly share: CanaryShare;
}

/**
 * The primary's arms and those of the weight canaries. A canary of weight w gets floor(100·w / T), where T is the total that the oldest of them
 * declares, or the sum of all weights where that is more; the primary gets the rest. Arms of one Ingress divide its share by their own weights.
 */
function joinShares(
  primary: readonly WeightedBackend[],
  attached: readonly AttachedCanary[],
  { giver }: CanarySettings,
): readonly WeightedBackend[] {
  const sharing = attached.flatMap((canary): Sharing[] =>
    canary.policy.share === undefined ? [] : [{ canary, share: canary.policy.share }],
  );
  const [oldest] = sharing;
  // A primary without a backend is closed or answered by a policy: a canary does not open it.
  if (oldest === undefined || primary.length === 0) return primary;
  // Where the first of several destinations gives, the others keep their percentages, and a weight is a percentage too.
  const kept = giver === 'first' ? primary.slice(1) : [];
  const declared = kept.length > 0 ? 100 : oldest.share.total;
  const total = Math.max(declared, sum(kept.map(({ weight }) => weight)) + sum(sharing.map(({ share }) => share.weight)));
  const keptShares = kept.map(({ weight }) => Math.floor((weight * 100) / total));
  const shares = sharing.map(({ share }) => Math.floor((share.weight * 100) / total));
  reportShares(
    sharing,
    declared,
    shares,
    kept.length > 0 ? 'a primary with several destinations' : `canary ${oldest.canary.name}, which is older,`,
  );
  return [
    ...armsOf(primary.slice(0, primary.length - kept.length), 100 - sum(shares) - sum(keptShares)),
    ...kept.map((arm, index) => ({ ...arm, weight: keptShares[index] ?? 0 })),
    ...sharing.flatMap(({ canary: { name, backends, policies } }, index) =>
      armsOf(giver === 'first' ? backends.slice(0, 1) : backends, shares[index] ?? 0).map((arm) =>
        policies === undefined ? { ...arm, canary: name } : { ...arm, canary: name, policies },
      ),
    ),
  ];
}

function armsOf(arms: readonly WeightedBackend[], share: number): readonly WeightedBackend[] {
  const shares = divide(
    share,
    arms.map(({ weight }) => weight),
  );
  return arms.map((arm, index) => ({ ...arm, weight: shares[index] ?? 0 }));
}

function reportShares(sharing: readonly Sharing[], declared: number, shares: readonly number[], decider: string): void {
  let taken = 0;
  sharing.forEach(({ canary, share: { weight, total } }, index) => {
    const path = fieldOf(canary.provenance);
    if (total !== declared) {
      canary.report('other-total', {
        path,
        message: `This canary counts its weight in ${total} parts, and ${decider} in ${declared}; ${declared} holds.`,
        help: `Write the weight as a part of ${declared}, and ${declared} as canary-weight-total.`,
        data: { total, declared },
      });
    }
    if (taken <= declared && taken + weight > declared && taken > 0) {
      canary.report('oversubscribed', {
        path,
        message: `With this canary the weights sum to ${taken + weight} of ${declared}: the canaries share all requests, and nothing but rounding is left for the primary.`,
        help: 'Lower the weights, or raise the canary-weight-total of the oldest canary.',
        data: { sum: taken + weight, total: declared },
      });
    }
    if (weight > 0 && shares[index] === 0) {
      canary.report('share-too-small', {
        path,
        message: `A weight of ${weight} is less than one percent of the requests here, and shares are whole percents, rounded down: the canary takes none.`,
        help: 'Raise the weight to at least one percent of the total.',
        data: { weight, total: declared },
      });
    }
    taken += weight;
  });
}

/** Typed policies by family name. Plain JSON (and `Sensitive` values); opaque here, typed by the family's token. */
export type Policies = Readonly<Record<string, unknown>>;

declare const policyType: unique symbol;

/**
 * The typed key of a policy. Every family is one, so `policyOf(route, cors)?.maxAge` is typed without generics on the route table
 * and without global registration; a third party's family works the same.
 */
export interface PolicyKey<P> {
  readonly name: string;
  readonly [policyType]?: P;
}

/** The policy of a family on a route, arm or virtual host, or `undefined` when it has none. */
export function policyOf<P>(owner: { readonly policies?: Policies }, key: PolicyKey<P>): P | undefined {
  const policies = owner.policies;
  if (policies === undefined || !Object.hasOwn(policies, key.name)) return undefined;
  return policies[key.name] as P;
}

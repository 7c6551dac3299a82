import { defineFamily, type Family, field, int } from 'ingresskit';

/** Step 1. What a route's policy says: whose it is. */
export interface TenantPolicy {
  readonly id: number;
}

/** The family is also the typed key of its policy: `policyOf(route, tenant)?.id`. */
export const tenant: Family<'acme/tenant', TenantPolicy> = defineFamily({
  name: 'acme/tenant',
  title: 'Tells the backend which tenant a route belongs to.',
  scope: 'route',
  phase: 'forward',
  fields: {
    // Step 2. The key with its prefix, since it is under nobody else's.
    id: field('acme.io/tenant', int({ min: 1 }), {
      doc: 'Numeric id of the tenant that owns the route.',
      example: '42',
      badExample: 'everybody',
    }),
  },
  // Step 3. No annotation, no policy.
  resolve: ({ id }) => (id === undefined ? undefined : { id }),
  // Step 4. `set` replaces what the client sent, so that nobody can claim to be another tenant.
  request(policy, exchange) {
    exchange.setRequestHeader('x-tenant', String(policy.id));
    return undefined;
  },
});

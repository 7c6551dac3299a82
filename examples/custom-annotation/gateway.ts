import { createGateway, insert, profiles } from 'ingresskit';
import { tenant } from './tenant.ts';

const { mse } = profiles;

/** Step 5. The catalog of MSE with one family more: data in, data out, nothing is registered anywhere. */
export const gateway = createGateway({
  profile: { ...mse, name: 'acme', families: insert(mse.families, tenant, { after: 'headers' }) },
});

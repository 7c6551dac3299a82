import type OpenApi from '@alicloud/openapi-core';
import { type CredentialSource, isStatic, type StaticCredentials } from './credentials.ts';

/** The vendor's packages, loaded when the first call is made: `plan` and the types need none of their 200 ms. */
export interface Vendor {
  readonly Client: typeof OpenApi;
  readonly openApi: typeof import('@alicloud/openapi-core').$OpenApiUtil;
  readonly source: CredentialSource;
}

/** One vendor client. With absent credentials the vendor's default chain is used: environment, OIDC role, profile file, instance role. */
export async function loadVendor(credentials: StaticCredentials | CredentialSource | undefined): Promise<Vendor> {
  const core = exportsOf(await import('@alicloud/openapi-core'));
  let source: CredentialSource;
  if (credentials !== undefined && !isStatic(credentials)) source = credentials;
  else {
    const { default: Credential, Config } = exportsOf(await import('@alicloud/credentials'));
    source = new Credential(
      credentials === undefined
        ? undefined
        : new Config({ ...credentials, type: credentials.securityToken === undefined ? 'access_key' : 'sts' }),
    );
  }
  return { Client: core.default, openApi: core.$OpenApiUtil, source };
}

/** Both packages are CommonJS: Node puts their exports under `default`, bundlers and test runners may unwrap them. */
function exportsOf<M extends object>(module: M): M {
  const inner = (module as { readonly default?: unknown }).default;
  return typeof inner === 'object' && inner !== null ? (inner as M) : module;
}

import type Credential from '@alicloud/credentials';

/** A fixed key pair, and the token that belongs to it when it is a temporary one. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** What one request is signed with, as the vendor's credentials package gives it. */
export type CredentialValue = Awaited<ReturnType<Credential['getCredential']>>;

/** Anything that gives credentials on demand and renews them by itself: the vendor's `Credential` does. */
export interface CredentialSource {
  getCredential(): Promise<CredentialValue>;
}

export function isStatic(credentials: StaticCredentials | CredentialSource): credentials is StaticCredentials {
  return !('getCredential' in credentials);
}

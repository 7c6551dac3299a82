import type { Denied, ReportDetails, ResolveContext } from '@ingresskit/annotations';
import { Sensitive } from '@ingresskit/resources';
import { secretText } from '../basic-auth/accounts.ts';
import { certificatesOf } from '../client-tls/pem.ts';
import type { ObjectName } from '../references/index.ts';
import { resolveReference } from '../references/index.ts';
import type { Credential, UpstreamTlsTerms } from './upstream-tls.ts';

/** What a gateway wants of the Secret. */
export interface CredentialDemands {
  readonly needsAuthority: boolean;
  readonly namespaceRequired: boolean;
}

/** What the gateway shows and trusts, of a Secret, or closed routes. */
export function credentialOf(
  ref: ObjectName,
  { needsAuthority, namespaceRequired }: CredentialDemands,
  context: ResolveContext<object>,
): Pick<UpstreamTlsTerms, 'credential' | 'authority'> | Denied {
  const deny = (name: string, problem: string, help: string, data: ReportDetails['data'] = {}): Denied =>
    context.deny(name, { field: 'secret', message: `${problem}; every route of this Ingress answers 503.`, help, data });
  if (namespaceRequired && ref.namespace === undefined) {
    return deny('namespace-missing', `"${ref.name}" does not say its namespace`, `Write "${context.namespace}/${ref.name}".`);
  }
  const reference = resolveReference('Secret', ref, context);
  if (!reference.ok) return deny(reference.diagnostic, reference.problem, reference.help, reference.data);
  const { object, what, namespace, name } = reference;
  const read = (key: string): string | undefined => {
    const text = secretText(object, key);
    return text === 'invalid' ? '' : text?.text;
  };
  const [certificate, key, ca] = [read('tls.crt'), read('tls.key'), read('ca.crt')];
  const authority = ca === undefined ? undefined : certificatesOf(ca)?.join('\n');
  const isPair =
    certificate !== undefined &&
    key !== undefined &&
    certificatesOf(certificate) !== undefined &&
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key);
  if ((certificate !== undefined || key !== undefined) && !isPair) {
    return deny(
      'credential-not-usable',
      `${what} has no PEM certificate under "tls.crt" with its key under "tls.key"`,
      'Store both, or neither.',
      { namespace, name },
    );
  }
  if (ca !== undefined && authority === undefined) {
    return deny('credential-not-usable', `${what} has no PEM certificate under "ca.crt"`, 'Correct the certificate, or remove the key.', {
      namespace,
      name,
    });
  }
  if (!isPair && authority === undefined) {
    return deny(
      'credential-not-usable',
      `${what} holds neither "tls.crt" with "tls.key" nor "ca.crt"`,
      'Store a certificate and its key, or an authority.',
      { namespace, name },
    );
  }
  if (needsAuthority && authority === undefined) {
    return deny(
      'credential-not-usable',
      `Certificates of Pods are to be verified, and ${what} has no authority under "ca.crt"`,
      'Store the authority as PEM under "ca.crt".',
      { namespace, name },
    );
  }
  const revision = object.metadata.resourceVersion;
  const credential: Credential | undefined = isPair ? { certificate, key } : undefined;
  return {
    ...(authority === undefined ? {} : { authority }),
    ...(credential === undefined
      ? {}
      : { credential: new Sensitive(`${what}, key tls.key${revision === undefined ? '' : `, revision ${revision}`}`, credential) }),
  };
}

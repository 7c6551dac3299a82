import type { Denied, ReportDetails, ResolveContext } from '@ingresskit/annotations';
import type { Secret } from '@ingresskit/resources';
import { secretText } from '../basic-auth/accounts.ts';
import type { ObjectName } from '../references/index.ts';
import { resolveReference } from '../references/index.ts';
import { certificatesOf, revocationsOf } from './pem.ts';
import type { ClientTlsSettings } from './policy.ts';

/** Whose certificates are trusted. */
export interface Authorities {
  readonly ca: string;
  readonly revocations?: string;
}

/** The authorities of a Secret, or a closed host. */
export function authoritiesOf(ref: ObjectName, context: ResolveContext<ClientTlsSettings>): Authorities | Denied {
  const { settings } = context;
  const deny = (name: string, problem: string, help: string, data: ReportDetails['data'] = {}): Denied =>
    context.deny(name, { field: 'secret', message: `${problem}; every route of the hosts answers 503.`, help, data });
  if (settings.namespaceRequired && ref.namespace === undefined) {
    return deny('namespace-missing', `"${ref.name}" does not say its namespace`, `Write "${context.namespace}/${ref.name}".`);
  }
  const named = settings.secretNaming === 'any' ? undefined : namingProblem(ref, context);
  if (named !== undefined) return deny('secret-name', named.problem, named.help);
  const reference = resolveReference('Secret', ref, context);
  if (!reference.ok) return deny(reference.diagnostic, reference.problem, reference.help, reference.data);
  const { object, what, namespace, name } = reference;
  const key = settings.keys.find((candidate) => object.data !== undefined && Object.hasOwn(object.data, candidate));
  const certificates = key === undefined ? undefined : textOf(object, key);
  const ca = certificates === undefined ? undefined : certificatesOf(certificates);
  if (ca === undefined) {
    const why =
      key === undefined ? `has no key ${settings.keys.map((each) => `"${each}"`).join(' or ')}` : `has no PEM certificate under "${key}"`;
    return deny('authorities-not-usable', `${what} ${why}`, `Store the authority's certificate as PEM under "${settings.keys[0] ?? ''}".`, {
      namespace,
      name,
    });
  }
  const lists = textOf(object, 'ca.crl');
  if (lists === undefined) return { ca: ca.join('\n') };
  const revocations = revocationsOf(lists);
  if (revocations === undefined) {
    return deny('authorities-not-usable', `${what} has no PEM revocation list under "ca.crl"`, 'Correct the list, or remove the key.', {
      namespace,
      name,
    });
  }
  return { ca: ca.join('\n'), revocations: revocations.join('\n') };
}

/** The text of a key; a value that is no base64 is a text without certificates. */
function textOf(secret: Secret, key: string): string | undefined {
  const read = secretText(secret, key);
  return read === 'invalid' ? '' : read?.text;
}

function namingProblem(
  { namespace, name }: ObjectName,
  { ingress, namespace: own }: ResolveContext<ClientTlsSettings>,
): { problem: string; help: string } | undefined {
  const certificates = (ingress.spec?.tls ?? []).flatMap(({ secretName }) =>
    secretName === undefined || secretName === '' ? [] : [secretName],
  );
  if (certificates.length === 0) {
    return {
      problem: 'The Ingress has no certificate of its own in spec.tls, so no client could show one',
      help: 'Add the hosts and their Secret to spec.tls.',
    };
  }
  const isFitting =
    (namespace ?? own) === own && certificates.every((certificate) => name === certificate || name === `${certificate}-cacert`);
  if (isFitting) return undefined;
  const wanted = [...new Set(certificates)].map((certificate) => `"${certificate}-cacert"`).join(' and ');
  return {
    problem: `Secret ${namespace ?? own}/${name} does not belong to the certificate of the hosts`,
    help: `Name it ${wanted}, in namespace "${own}".`,
  };
}

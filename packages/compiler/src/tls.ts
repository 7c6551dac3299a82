import type { TlsRules } from '@ingresskit/annotations';
import type { Diagnostic, IngressTls, ObjectRef, Snapshot } from '@ingresskit/resources';
import type { HostTls } from '@ingresskit/route-table';
import { tlsDiagnostics } from './diagnostics.ts';
import type { IngressDraft } from './draft.ts';

/**
 * The certificate of a host: that of the oldest Ingress with a TLS entry for it (higress.md §4). An entry whose Secret is missing still decides;
 * nothing falls back to another certificate in silence.
 */
export function hostTls(
  host: string,
  drafts: readonly IngressDraft[],
  details: { readonly snapshot: Snapshot; readonly rules: TlsRules; readonly diagnostics: Diagnostic[] },
): HostTls | undefined {
  let chosen: { readonly tls: HostTls | undefined; readonly by: IngressDraft; readonly entry: number } | undefined;
  for (const draft of drafts) {
    const entries = draft.ingress.spec?.tls;
    if (entries === undefined || entries.length === 0 || draft.attached !== undefined) continue;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined || draft.brokenTls.includes(index) || !serves(entry.hosts, host, details.rules)) continue;
      const path = ['spec', 'tls', index];
      if (chosen !== undefined) {
        const same = chosen.tls?.secret.name === entry.secretName && chosen.tls?.secret.namespace === draft.ref.namespace;
        if (same) continue;
        details.diagnostics.push(
          tlsDiagnostics.make('other-certificate', {
            object: draft.ref,
            path,
            message: `Host "${host}" is already served with ${chosen.tls === undefined ? 'no certificate' : `Secret ${chosen.tls.secret.namespace}/${chosen.tls.secret.name}`}; this entry does nothing for it.`,
            related: [{ object: chosen.by.ref, path: ['spec', 'tls', chosen.entry], message: 'This entry decides.' }],
            data: { host },
          }),
        );
        continue;
      }
      if (entry.secretName === undefined || entry.secretName === '') {
        chosen = { tls: undefined, by: draft, entry: index };
        details.diagnostics.push(
          tlsDiagnostics.make('no-secret-name', {
            object: draft.ref,
            path,
            message: `The TLS entry for "${host}" names no Secret; the host is served over plain HTTP only.`,
            help: 'Add secretName.',
            data: { host },
          }),
        );
        continue;
      }
      const namespace = draft.ingress.metadata.namespace;
      const found = details.snapshot.get('Secret', namespace, entry.secretName) !== undefined;
      if (!found) {
        details.diagnostics.push(
          tlsDiagnostics.make('secret-not-found', {
            object: draft.ref,
            path: [...path, 'secretName'],
            message: `Secret ${namespace}/${entry.secretName} is not among the resources; "${host}" has no certificate.`,
            help: 'Add the Secret (type kubernetes.io/tls), or correct its name.',
            data: { host, namespace, secret: entry.secretName },
          }),
        );
      }
      const secret = Object.freeze({ namespace, name: entry.secretName });
      chosen = { tls: Object.freeze({ secret, ingress: draft.ref, found }), by: draft, entry: index };
    }
  }
  return chosen?.tls;
}

/** Whether a host without a certificate is served over TLS all the same: some Ingress of it has a TLS section, for whatever hosts (ingress-nginx.md §11). */
export function usesDefaultCertificate(host: string, drafts: readonly IngressDraft[], { anySection }: TlsRules): boolean {
  return (
    anySection && host !== '*' && drafts.some(({ ingress, attached }) => attached === undefined && (ingress.spec?.tls ?? []).length > 0)
  );
}

function serves(hosts: readonly string[] | undefined, host: string, rules: TlsRules): boolean {
  if (hosts === undefined || hosts.length === 0) return host === '*';
  if (hosts.length > 16) {
    if (namesOf(hosts).has(host)) return true;
    if (rules.hosts !== 'covering') return false;
  }
  return hosts.some((candidate) => {
    const name = candidate.toLowerCase();
    if (name === host) return true;
    return rules.hosts === 'covering' && name.startsWith('*.') && host.endsWith(name.slice(1)) && !host.startsWith('*');
  });
}

/** The names of long lists: an entry for ten thousand hosts is asked about each of them. */
const longLists = new WeakMap<readonly string[], ReadonlySet<string>>();

function namesOf(hosts: readonly string[]): ReadonlySet<string> {
  let names = longLists.get(hosts);
  if (names === undefined) {
    names = new Set(hosts.map((host) => host.toLowerCase()));
    longLists.set(hosts, names);
  }
  return names;
}

/** TLS hosts of an Ingress that none of its rules has. `hosts` are the hosts of its rules. */
export function unusedTlsHosts(object: ObjectRef, entries: readonly IngressTls[], hosts: readonly string[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const known = new Set(hosts);
  entries.forEach((entry, index) => {
    const whole = entry.hosts === undefined || entry.hosts.length === 0;
    const names = whole ? ['*'] : (entry.hosts ?? []);
    names.forEach((host, position) => {
      if (known.has(host.toLowerCase())) return;
      diagnostics.push(
        tlsDiagnostics.make('unused-host', {
          object,
          path: whole ? ['spec', 'tls', index] : ['spec', 'tls', index, 'hosts', position],
          message: whole
            ? 'The TLS entry names no hosts and stands for rules without a host, of which there are none; it does nothing.'
            : `No rule of this Ingress has host "${host}"; the TLS entry does nothing for it.`,
          help: 'Name the host exactly as a rule does.',
          data: { host },
        }),
      );
    });
  });
  return diagnostics;
}

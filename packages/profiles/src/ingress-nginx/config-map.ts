import type { Profile } from '@ingresskit/annotations';
import { quoteValue } from '@ingresskit/annotations';
import type { ConfigMap, Diagnostic, DiagnosticDetails } from '@ingresskit/resources';
import { nearestName, refOf } from '@ingresskit/resources';
import type { GatewayAddressList } from '@ingresskit/route-table';
import { ingressNginx } from './ingress-nginx.ts';
import { optionDiagnostics } from './options/diagnostics.ts';
import type { ProfileDraft } from './options/option.ts';
import { draftOf, set } from './options/option.ts';
import { options } from './options/options.ts';
import { otherKeys } from './options/other-keys.ts';

/** A profile and what was found on the way to it. */
export interface ConfiguredProfile {
  readonly profile: Profile;
  readonly diagnostics: readonly Diagnostic[];
}

/** Options on the command line of a controller. */
export interface ControllerFlags {
  /** `--enable-ssl-passthrough`: without it the annotation `ssl-passthrough` does nothing (ingress-nginx.md §12). */
  readonly enableSslPassthrough?: boolean;
}

const byKey = new Map(options.map((option) => [option.key, option]));
const others = new Map(otherKeys.flatMap(({ keys, ...other }) => keys.map((key) => [key, other] as const)));
/** Lists that keep clients out. */
const gates: ReadonlySet<string> = new Set(['whitelist-source-range', 'denylist-source-range', 'block-cidrs']);
const everybody: readonly string[] = Object.freeze(['0.0.0.0/0', '::/0']);

/**
 * The profile `ingress-nginx` with the global options of a controller, as its ConfigMap holds them (ingress-nginx.md §16). A value that is not valid leaves
 * the default in place; an address list that cannot be read refuses everybody.
 *
 * @param configMap `undefined` for a controller that has none.
 * @param flags what stands on its command line.
 */
export function ingressNginxWith(configMap: ConfigMap | undefined, flags: ControllerFlags = {}): ConfiguredProfile {
  const diagnostics: Diagnostic[] = [];
  const draft = draftOf(ingressNginx);
  if (flags.enableSslPassthrough === true) set(draft, 'ssl-passthrough', { enabled: true });
  if (configMap === undefined) return { profile: profileOf(draft, []), diagnostics };
  for (const [key, text] of Object.entries(configMap.data ?? {})) {
    const report = (name: string, details: DiagnosticDetails): void => {
      diagnostics.push(optionDiagnostics.make(name, { object: refOf(configMap), path: ['data', key], ...details }));
    };
    const option = byKey.get(key);
    if (option === undefined) {
      reportOther(key, report);
      continue;
    }
    const result = option.apply(text, draft);
    if (!result.ok) {
      if (gates.has(key)) draft.blockedAddresses = everybody;
      report('invalid-value', {
        ...(gates.has(key) ? { severity: 'error' as const, consequence: 'host-denied' as const } : {}),
        message: `${quoteValue(text)} ${result.problem.message}; ${gates.has(key) ? 'every request is refused' : 'the default of the controller is used'}.`,
        help: result.problem.help ?? `Write ${option.grammar}.`,
        data: { key, grammar: option.grammar },
      });
      continue;
    }
    for (const problem of result.dropped ?? []) {
      report('partly-invalid', {
        message: `A part of the value ${problem.message}; it is left out.`,
        ...(problem.help === undefined ? {} : { help: problem.help }),
        data: { key },
      });
    }
  }
  const { blockedAddresses } = draft;
  return {
    profile: profileOf(draft, blockedAddresses === undefined ? [] : [{ deny: blockedAddresses, source: refOf(configMap) }]),
    diagnostics,
  };
}

function reportOther(key: string, report: (name: string, details: DiagnosticDetails) => void): void {
  const other = others.get(key);
  if (other !== undefined) {
    report(other.diagnostic, { message: `${quoteValue(key)} does nothing here. ${other.why}`, data: { key } });
    return;
  }
  const nearest = nearestName(key, [...byKey.keys(), ...others.keys()]);
  report('unknown-key', {
    message: `The controller reads no key ${quoteValue(key)}.`,
    help: nearest === undefined ? 'Check the name against the reference of the controller.' : `Did you mean ${quoteValue(nearest)}?`,
    data: { key },
  });
}

function profileOf(draft: ProfileDraft, blocked: readonly GatewayAddressList[]): Profile {
  const { settings, admission, clientAddress, allowsCrossNamespace } = draft;
  const { isRead, ...source } = clientAddress;
  return {
    ...ingressNginx,
    settings,
    admission,
    ...(isRead ? { request: { ...ingressNginx.request, clientAddress: source } } : {}),
    ...(blocked.length === 0 ? {} : { addressLists: blocked }),
    ...(allowsCrossNamespace === undefined ? {} : { allowsCrossNamespace }),
  };
}

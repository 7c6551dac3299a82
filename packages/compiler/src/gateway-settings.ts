import { parseCidr } from '@ingresskit/annotations';
import type { Diagnostic, MseIngressConfig } from '@ingresskit/resources';
import { refOf } from '@ingresskit/resources';
import type { GatewayAddressList, GatewaySettings } from '@ingresskit/route-table';
import { gatewayDiagnostics } from './diagnostics.ts';

/** Gateway-level settings from the gateway objects. An address list with a broken entry closes the gateway: it guards everything. */
export function gatewaySettingsOf(
  configs: readonly MseIngressConfig[],
  own: readonly GatewayAddressList[],
  diagnostics: Diagnostic[],
): GatewaySettings {
  const addressLists: GatewayAddressList[] = [...own];
  let denied: GatewaySettings['denied'];
  for (const config of configs) {
    const lists = config.spec?.global?.ipAccessControl;
    if (lists === undefined) continue;
    const source = refOf(config);
    const read = (name: 'whitelist' | 'blacklist'): readonly string[] | undefined => {
      const entries = lists[name];
      if (entries === undefined || entries.length === 0) return undefined;
      const canonical: string[] = [];
      for (const [index, entry] of entries.entries()) {
        const parsed = parseCidr(entry.trim());
        if (parsed.ok) {
          canonical.push(parsed.value);
          continue;
        }
        denied ??= { code: 'gateway/invalid-address-list', source };
        diagnostics.push(
          gatewayDiagnostics.make('invalid-address-list', {
            object: source,
            path: ['spec', 'global', 'ipAccessControl', name, index],
            message: `${JSON.stringify(entry.slice(0, 80))} ${parsed.problem.message}; every request to the gateway is refused.`,
            help: parsed.problem.help ?? 'Write an IP address or a CIDR, for example "198.51.100.0/24".',
          }),
        );
      }
      return canonical;
    };
    const allow = read('whitelist');
    const deny = read('blacklist');
    if (allow !== undefined || deny !== undefined) {
      addressLists.push({ ...(allow === undefined ? {} : { allow }), ...(deny === undefined ? {} : { deny }), source });
    }
  }
  return { sources: configs.map((config) => refOf(config)), addressLists, ...(denied === undefined ? {} : { denied }) };
}

import type { Profile } from '@ingresskit/annotations';
import { code, markdownPage, type Page, table } from '../page.ts';

/** The comparison of the gateways themselves: what their profiles declare, side by side. */
export function profilesPage(profiles: readonly Profile[]): Page {
  const columns = ['', ...profiles.map(({ name }) => code(name))];
  const row = (title: string, of: (profile: Profile) => unknown): readonly string[] => [
    title,
    ...profiles.map((profile) => shown(of(profile))),
  ];
  const families = [...new Set(profiles.flatMap((profile) => profile.families.map(({ name }) => name)))].sort();
  const settings = families.flatMap((family) => settingRows(family, profiles));
  return markdownPage('docs/profiles.md', 'Gateways compared', [
    'What differs between the gateways, from the data that the compiler and the matcher work with. For annotations see [their own table](annotations/README.md).',
    table(columns, [
      row('gateway', ({ title }) => title),
      row('prefixes, first wins', ({ prefixes }) => prefixes.map(({ prefix }) => prefix)),
      row('IngressClass controller', ({ classes }) => classes.controller),
      row('class is named by', ({ classes }) => classes.sources),
      row('also takes Ingresses without class with', ({ classes }) => classes.unclassedWith),
      row('IngressClass must exist', ({ classes }) => classes.controllerMustMatch),
      row('phases of a request', ({ phases }) => phases),
    ]),
    '## Paths, hosts and order',
    table(columns, [
      ...keysOf(profiles, ({ paths }) => paths).map((key) => row(code(key), ({ paths }) => field(paths, key))),
      row('order of routes', ({ order }) => order),
      ...keysOf(profiles, ({ request }) => request).map((key) => row(code(key), ({ request }) => field(request, key))),
      ...keysOf(profiles, ({ backends }) => backends).map((key) => row(code(key), ({ backends }) => field(backends, key))),
      ...keysOf(profiles, ({ defaultBackend }) => defaultBackend).map((key) =>
        row(code(`defaultBackend.${key}`), ({ defaultBackend }) => field(defaultBackend, key)),
      ),
      row('TLS entry serves', ({ tls }) => tls.hosts),
    ]),
    '## Settings of families',
    'Only settings in which the gateways differ.',
    table(['family', 'setting', ...profiles.map(({ name }) => code(name))], settings),
    '## Deviations on purpose',
    ...profiles.flatMap(({ name, title, deviations }) => [
      `### ${name}`,
      `Where this profile departs from ${title}, and why.`,
      table(
        ['', 'the gateway', 'here', 'why'],
        deviations.map(({ id, gateway, ours, why }) => [code(id), gateway, ours, why]),
      ),
    ]),
  ]);
}

function settingRows(family: string, profiles: readonly Profile[]): readonly (readonly string[])[] {
  const effective = profiles.map((profile) => {
    const own = profile.families.find(({ name }) => name === family);
    return own === undefined ? undefined : { ...own.settings, ...profile.settings[family] };
  });
  const keys = [...new Set(effective.flatMap((settings) => Object.keys(settings ?? {})))];
  return keys.flatMap((key) => {
    const values = effective.map((settings) => (settings === undefined ? '–' : shown(settings[key])));
    return new Set(values).size === 1 ? [] : [[family, code(key), ...values]];
  });
}

function keysOf(profiles: readonly Profile[], of: (profile: Profile) => object): readonly string[] {
  return [...new Set(profiles.flatMap((profile) => Object.keys(of(profile))))];
}

function field(owner: object, key: string): unknown {
  return (owner as Readonly<Record<string, unknown>>)[key];
}

function shown(value: unknown): string {
  if (value === undefined) return '–';
  if (Array.isArray(value)) return value.map(String).map(code).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? code(JSON.stringify(value)) : String(value);
}

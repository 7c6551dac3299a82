import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Profile } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { ingress, service } from '@ingresskit/testing';
import { compile, toJSON } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { caseTexts, root } from '../case-files.ts';
import { allProfiles, annotationId, collectEvidence, descriptions } from '../evidence.ts';
import copy from './known-names.json' with { type: 'json' };
import { knownNames } from './known-names.ts';

const names = knownNames();
const families = new Map(allProfiles.flatMap((profile) => profile.families.map((family) => [family.name, family] as const)));

describe(`the catalog (names from ${names.source})`, () => {
  it('keeps a copy of the names that equals the specification', () => {
    expect({ mse: copy.mse, 'ingress-nginx': copy['ingress-nginx'] }).toEqual({ mse: names.mse, 'ingress-nginx': names['ingress-nginx'] });
  });

  it('has a home for every documented name: one family, or the list of names that do not act', () => {
    const homeless: string[] = [];
    const documented = [...Object.values(names.mse).flat(), ...names['ingress-nginx'].map((name) => `nginx.ingress.kubernetes.io/${name}`)];
    for (const full of new Set(documented)) {
      const [prefix = '', name = ''] = full.split(/\/(.*)/s);
      const dialects =
        { 'nginx.ingress.kubernetes.io': ['nginx'], 'mse.ingress.kubernetes.io': ['mse', 'nginx'], 'higress.io': ['twin', 'nginx', 'mse'] }[
          prefix
        ] ?? [];
      const spelt = name.startsWith('<exact|prefix|regex>')
        ? ['exact', 'prefix', 'regex'].map((kind) => name.replace('<exact|prefix|regex>', kind))
        : [name];
      for (const one of spelt) {
        const rows = descriptions.filter((row) => dialects.includes(row.dialect) && (row.name === one || row.aliases.includes(one)));
        if (rows.length === 0) homeless.push(full);
      }
    }
    expect(homeless).toEqual([]);
  });

  it('gives no name to two families', () => {
    const owners = new Map<string, string[]>();
    for (const family of families.values()) {
      for (const field of Object.values(family.fields)) {
        for (const name of [field.key, ...(field.aliases ?? [])]) {
          const id = annotationId({ name, dialect: field.dialect });
          owners.set(id, [...(owners.get(id) ?? []), family.name]);
        }
      }
    }
    expect([...owners].filter(([, list]) => list.length > 1)).toEqual([]);
  });

  it('has the verdicts of the vendor for the profile mse', () => {
    const expected = { noop: ['no-effect'], 'to-be-supported': ['planned'], unsupported: ['unsupported'], unlisted: ['unlisted'] } as const;
    const wrong: string[] = [];
    for (const [category, keys] of Object.entries(names.mse)) {
      const verdicts: readonly string[] = Object.hasOwn(expected, category)
        ? expected[category as keyof typeof expected]
        : ['acts', 'acts-with-limit'];
      for (const full of keys.filter((key) => !key.includes('<'))) {
        // A key that the twin declares and never reads.
        if (full === 'higress.io/http2rpc-name') continue;
        const on = descriptions.map((row) => row.profiles['mse']).find((entry) => entry?.keys.includes(full));
        if (on === undefined || !verdicts.includes(on.verdict))
          wrong.push(`${full}: ${on?.verdict ?? 'unknown'}, not ${verdicts.join(' or ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('every family', () => {
  const folders = globSync('packages/families/src/*/*.md', { cwd: root }).map((path) => basename(dirname(path.replaceAll('\\', '/'))));

  it('is in the catalog, and every folder with a page is a family', () => {
    const listed = new Set(catalog.map(({ name }) => name));
    expect(folders.filter((folder) => !listed.has(folder))).toEqual([]);
  });

  for (const family of families.values()) {
    it(`${family.name} has its code, its cases and its page`, () => {
      const at = `packages/families/src/${family.name}/${family.name}`;
      for (const ending of ['.ts', '.case.yaml', '.md']) expect(existsSync(join(root, at + ending)), at + ending).toBe(true);
      const page = readFileSync(join(root, `${at}.md`), 'utf8');
      if (Object.keys(family.fields).length > 0) expect(page).toContain('<!-- fields -->\n<!-- /fields -->');
    });

    for (const [fieldName, field] of Object.entries(family.fields)) {
      it(`${family.name}.${fieldName} has an example that parses and a bad one that does not`, () => {
        expect(field.doc).toMatch(/^\S.*[.]$/s);
        expect(field.codec.parse(field.example)).toMatchObject({ ok: true });
        if (field.badExample !== undefined) {
          const parsed = field.codec.parse(field.badExample);
          // A list may leave a bad item out and go on; then it says so.
          expect(parsed.ok && (parsed.dropped ?? []).length === 0, JSON.stringify(field.badExample)).toBe(false);
        }
      });
    }
  }
});

describe('every verdict', () => {
  const evidence = collectEvidence(caseTexts());
  const seen = new Set(evidence.map(({ annotation, profile }) => `${profile} ${annotation}`));

  it.each(allProfiles.map((profile) => ({ profile, name: profile.name })))('"acts" is shown by a case on $name', ({ profile }) => {
    const unshown = descriptions
      .filter((row) => ['acts', 'acts-with-limit'].includes(row.profiles[profile.name]?.verdict ?? ''))
      .filter((row) => !seen.has(`${profile.name} ${annotationId(row)}`));
    expect(unshown.map(({ family, name }) => `${family}: ${name}`)).toEqual([]);
  });

  it.each(allProfiles.map((profile) => ({ profile, name: profile.name })))(
    '"does not act" is true on $name, and a diagnostic says so',
    ({ profile }) => {
      const wrong = profile.inactive.flatMap(({ name, dialect, verdict }) => {
        const keys = descriptions.find((row) => row.name === name && row.dialect === dialect)?.profiles[profile.name]?.keys ?? [];
        return keys.flatMap((key) => inertProblems(key, verdict, profile));
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(allProfiles.map((profile) => ({ profile, name: profile.name })))(
    '"unknown" is true on $name: under no prefix does the name change anything',
    ({ profile }) => {
      const prefixes = [...new Set(allProfiles.flatMap((each) => each.prefixes.map(({ prefix }) => prefix)))];
      const changing = descriptions
        .filter((row) => row.profiles[profile.name]?.verdict === 'unknown' && row.dialect !== 'own')
        .flatMap((row) => prefixes.map((prefix) => ({ key: prefix + row.name, row })))
        // Another dialect may have the same name, and act.
        .filter(({ key, row }) => !descriptions.some((other) => other !== row && other.profiles[profile.name]?.keys.includes(key)))
        .filter(({ key }) => changesTable(key, profile))
        .map(({ key }) => key);
      expect(changing).toEqual([]);
    },
  );
});

function compileWith(annotations: Readonly<Record<string, string>>, profile: Profile): ReturnType<typeof compile> {
  const web = ingress('shop/web').host('shop.example.com').path('/', 'web:80');
  return compile([web.annotate(annotations).build(), service('shop/web')], { profile: profile.name });
}

function changesTable(key: string, profile: Profile): boolean {
  return JSON.stringify(toJSON(compileWith({ [key]: 'true' }, profile).table)) !== JSON.stringify(toJSON(compileWith({}, profile).table));
}

/** Whether an annotation changes anything, and whether it is named as it should be. */
function inertProblems(key: string, verdict: string, profile: Profile): readonly string[] {
  const { diagnostics } = compileWith({ [key]: 'true' }, profile);
  const isNamed = diagnostics.some(({ code, data }) => code === `annotation/${verdict}` && data?.['annotation'] === key);
  return [
    ...(changesTable(key, profile) ? [`${key} changes the table`] : []),
    ...(isNamed ? [] : [`${key} is not named by annotation/${verdict}`]),
  ];
}

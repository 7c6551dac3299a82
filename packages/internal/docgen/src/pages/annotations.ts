import type { AnnotationDescription, AnnotationVerdict, Family, Profile } from '@ingresskit/annotations';
import { verdictWords } from '@ingresskit/cli';
import { annotationId, type Evidence } from '@ingresskit/conformance/evidence';
import { code, markdownPage, type Page, table } from '../page.ts';

/** What the annotation pages are made from. */
export interface AnnotationMaterial {
  readonly profiles: readonly Profile[];
  readonly descriptions: readonly AnnotationDescription[];
  readonly evidence: readonly Evidence[];
  /** The families' own prose, by family name. */
  readonly prose: ReadonlyMap<string, string>;
}

const marks: Readonly<Record<AnnotationVerdict, string>> = { ...verdictWords, unknown: '–' };

/** The comparison of all annotations on all gateways, and a page for each family. */
export function annotationPages(material: AnnotationMaterial): readonly Page[] {
  const { profiles, prose } = material;
  const families = new Map<string, Family>();
  for (const profile of profiles) for (const family of profile.families) families.set(family.name, family);
  const sorted = [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    indexPage(material, sorted),
    inertPage(material),
    ...sorted.map((family) => familyPage(family, prose.get(family.name) ?? '', material)),
  ];
}

function indexPage({ profiles, descriptions }: AnnotationMaterial, families: readonly Family[]): Page {
  const counts = profiles.map((profile) => {
    const verdicts = descriptions.map((description) => description.profiles[profile.name]?.verdict ?? 'unknown');
    return [
      code(profile.name),
      ...(Object.keys(marks) as AnnotationVerdict[]).map((verdict) => String(verdicts.filter((other) => other === verdict).length)),
    ];
  });
  return markdownPage('docs/annotations/README.md', 'Annotations', [
    'Every annotation name that a gateway modelled here knows, and what each gateway does with it. *Acts*: as described on the page of its family. *Acts, with a limit*: the page says what is missing. *No effect*: accepted, nothing needs to happen. *Planned*, *unsupported*, *not listed*: named by a diagnostic that says what to use instead. A dash: the gateway does not know the name.',
    table(['gateway', ...Object.values(marks).map((mark) => (mark === '–' ? 'unknown' : mark))], counts),
    table(
      ['annotation', 'family', ...profiles.map(({ name }) => code(name))],
      descriptions.map(({ name, dialect, family, profiles: on }) => [
        `${code(name)}${dialect === 'nginx' ? '' : ` (${dialect})`}`,
        family === undefined ? `[none](${inert}.md#${anchor(name)})` : `[${family}](${family}.md#${anchor(name)})`,
        ...profiles.map((profile) => marks[on[profile.name]?.verdict ?? 'unknown']),
      ]),
    ),
    '## Families',
    families.map(({ name, title }) => `- [${name}](${name}.md): ${title}`).join('\n'),
    'The same facts for programs: [annotations.json](annotations.json); for editors: [annotations.schema.json](annotations.schema.json).',
  ]);
}

/** The page of the names that act nowhere. */
const inert = 'names-without-a-family';

function inertPage(material: AnnotationMaterial): Page {
  const names = material.descriptions.filter(({ family }) => family === undefined);
  return markdownPage(`docs/annotations/${inert}.md`, 'Names that act nowhere', [
    'Gateways know these names and do nothing with them, or did once. They belong to no family; each is named by a diagnostic when it is met.',
    ...names.map((description) => annotationSection(description, material)),
  ]);
}

/** What backs the claim that a name does not act: one test for all of them. */
const inertTest = '[a test of all such names](../../packages/internal/conformance/src/catalog/catalog.test.ts)';

const fieldsMarker = /<!-- fields -->\n<!-- \/fields -->/;

function familyPage(family: Family, prose: string, material: AnnotationMaterial): Page {
  const own = material.descriptions.filter((description) => description.family === family.name);
  const sections = own.map((description) => annotationSection(description, material)).join('\n\n');
  const facts = `${family.restricting ? 'A gate: what cannot be read closes, never opens.' : 'No gate.'} Scope: ${family.scope}. Phase: ${family.phase}.`;
  const deviations = material.profiles.flatMap((profile) =>
    profile.deviations
      .filter(({ family: about }) => about === family.name)
      .map(({ gateway, ours, why }) => [code(profile.name), gateway, ours, why]),
  );
  return markdownPage(`docs/annotations/${family.name}.md`, `${family.name}: ${lowerFirst(family.title)}`, [
    facts,
    prose.replace(fieldsMarker, () => `## Annotations\n\n${sections}`).trim(),
    deviations.length === 0 ? '' : '## Deviations on purpose',
    deviations.length === 0 ? '' : table(['profile', 'the gateway', 'here', 'why'], deviations),
  ]);
}

function annotationSection(description: AnnotationDescription, { profiles, evidence }: AnnotationMaterial): string {
  const { name, family, doc = '', grammar = '', example, badExample, aliases, scope = '', risk = '', since } = description;
  const facts =
    family === undefined
      ? []
      : [
          `Value: ${grammar}, for example ${code(example)}${badExample === undefined ? '' : `; not ${code(badExample)}`}.`,
          `Reaches: ${scope}.`,
          risk === '' ? '' : `Risk: ${risk}.`,
          since === undefined ? '' : `Since ${since}.`,
          aliases.length === 0 ? '' : `Also spelled ${aliases.map(code).join(', ')}.`,
        ];
  const rows = profiles.map((profile) => {
    const on = description.profiles[profile.name];
    const shown = evidence.find((item) => item.annotation === annotationId(description) && item.profile === profile.name);
    return [
      code(profile.name),
      marks[on?.verdict ?? 'unknown'],
      on?.keys.map(code).join(' ') ?? '',
      code(on?.default),
      on?.onInvalid ?? '',
      on?.limit ?? on?.instead ?? '',
      shown === undefined ? inertTest : `[${shown.title}](../../${shown.file})`,
    ];
  });
  return [
    // A placeholder in angle brackets would be taken for a tag.
    `### ${name.includes('<') ? code(name) : name}`,
    doc,
    facts.filter((fact) => fact !== '').join(' '),
    table(['gateway', 'verdict', 'read as', 'default', 'a bad value', 'note', 'shown by'], rows),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** The anchor that a Markdown heading gets. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text;
}

import type { AnnotationDescription, Profile } from '@ingresskit/annotations';
import { describeAnnotations } from '@ingresskit/annotations';
import type { Ingress, Resource } from '@ingresskit/resources';
import type { Route, RouteTable } from '@ingresskit/route-table';
import { toJSON } from '@ingresskit/route-table';
import { type Case, compilationOf, parseCaseFile } from '@ingresskit/testing';
import { createCompiler, decide, profiles } from 'ingresskit';
import type { CaseText } from './case-files.ts';

/** A case that shows what an annotation does on a gateway: without the annotation, the table or a decision of the case is another. */
export interface Evidence {
  /** The annotation's name and dialect, as `describeAnnotations` has them. */
  readonly annotation: string;
  readonly profile: string;
  readonly file: string;
  /** Title of the first case of the file that was compiled the same way. */
  readonly title: string;
}

/** The built-in profiles, in the order of the tables. */
export const allProfiles: readonly Profile[] = Object.values(profiles).filter((profile) => profile !== undefined);

/** The rows of the annotation tables. */
export const descriptions: readonly AnnotationDescription[] = describeAnnotations(allProfiles);

/** How evidence names an annotation. */
export function annotationId({ name, dialect }: Pick<AnnotationDescription, 'name' | 'dialect'>): string {
  return `${dialect}:${name}`;
}

/**
 * What the case files show of each annotation: every annotation of every Ingress is taken away once, and the tables and decisions are compared.
 * One piece of evidence for each annotation, profile and file.
 */
export function collectEvidence(texts: readonly CaseText[]): readonly Evidence[] {
  return texts.flatMap(({ file, text }) => {
    const { cases, resources } = parseCaseFile(text, file);
    const groups = new Map<string, Case[]>();
    for (const subject of cases) {
      const key = JSON.stringify(subject.options);
      groups.set(key, [...(groups.get(key) ?? []), subject]);
    }
    return [...groups.values()].flatMap((group) => evidenceOf(file, resources, group));
  });
}

function evidenceOf(file: string, resources: readonly Resource[], group: readonly Case[]): readonly Evidence[] {
  const [first] = group;
  const profile = first === undefined ? undefined : profiles[first.options.profile];
  if (first === undefined || profile === undefined) return [];
  const compiler = createCompiler(compilationOf(first.options).options);
  const whole = compiler.apply(resources.map((object) => ({ type: 'apply', object }))).table;
  const before = observe(whole, group);
  const shown = new Set<string>();
  for (const ingress of resources.filter(isIngress)) {
    for (const key of Object.keys(ingress.metadata.annotations ?? {})) {
      const annotation = annotationOf(key, profile);
      if (annotation === undefined || shown.has(annotation)) continue;
      const annotations = Object.fromEntries(Object.entries(ingress.metadata.annotations ?? {}).filter(([other]) => other !== key));
      const without = { ...ingress, metadata: { ...ingress.metadata, annotations } };
      const { table } = compiler.apply([{ type: 'apply', object: without }]);
      if (observe(table, group) !== before) shown.add(annotation);
      compiler.apply([{ type: 'apply', object: ingress }]);
    }
  }
  return [...shown].map((annotation) => ({ annotation, profile: profile.name, file, title: first.title }));
}

function isIngress(resource: Resource): resource is Ingress {
  return resource.kind === 'Ingress';
}

/** The table as far as it acts, and the decisions. Which annotations a route was made from does not act. */
function observe(table: RouteTable, group: readonly Case[]): string {
  const written = JSON.stringify(toJSON(table), (key, value: unknown) =>
    key === 'provenance' ? actingPart(value as Route['provenance']) : value,
  );
  return `${written}\n${JSON.stringify(group.flatMap(({ requests }) => requests.map(({ request }) => decide(table, request))))}`;
}

function actingPart({ annotations: _annotations, ...provenance }: Route['provenance']): unknown {
  return provenance;
}

/** The annotation a full key stands for on a profile, aliases included. */
function annotationOf(key: string, profile: Profile): string | undefined {
  for (const description of descriptions) {
    const { keys } = description.profiles[profile.name] ?? { keys: [] };
    const prefixes = keys.map((full) => full.slice(0, full.length - description.name.length));
    if (
      keys.some((full) => full === key || (full.endsWith('<name>') && key.startsWith(full.slice(0, -'<name>'.length)))) ||
      prefixes.some((prefix) => description.aliases.some((alias) => key === prefix + alias))
    )
      return annotationId(description);
  }
  return undefined;
}

import type { DiagnosticSet } from '@ingresskit/resources';
import { code, markdownPage, type Page, table } from '../page.ts';

/** The diagnostics reference: an index, and a page for each owner with a section for each code. */
export function diagnosticPages(sets: ReadonlyMap<string, DiagnosticSet>): readonly Page[] {
  const index = markdownPage('docs/diagnostics/README.md', 'Diagnostics', [
    'Everything that is wrong with manifests comes as a diagnostic: a permanent code, what happened, what was done about it, what to do next, the object, the field and, where there is a file, the place. Codes are never renamed, so tools may match on them.',
    table(
      ['code', 'severity', 'what was done', 'problem'],
      [...sets.values()].flatMap(({ owner, definitions }) =>
        Object.entries(definitions).map(([name, { severity, consequence, title }]) => [
          `[${code(`${owner}/${name}`)}](${owner}.md#${name})`,
          severity,
          consequence,
          title,
        ]),
      ),
    ),
    'Severity and consequence are the usual ones; a diagnostic that closes a route or a host is always an error.',
  ]);
  return [index, ...[...sets.values()].map(ownerPage)];
}

function ownerPage({ owner, definitions }: DiagnosticSet): Page {
  return markdownPage(
    `docs/diagnostics/${owner}.md`,
    `Diagnostics of ${owner}`,
    Object.entries(definitions).flatMap(([name, { severity, consequence, title, doc }]) => [
      `## ${name}`,
      `${code(`${owner}/${name}`)} · ${severity} · ${consequence}`,
      `**${title}.** ${doc}`,
    ]),
  );
}

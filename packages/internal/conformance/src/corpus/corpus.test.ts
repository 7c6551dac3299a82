import type { Diagnostic, Ingress, Resource } from '@ingresskit/resources';
import { formatDiagnostics, locate, spanOf } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import { createGateway } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { everyProfile } from '../laws/law.ts';
import { type FieldEdit, leavesTrace, traceableEdits } from '../laws/traces.ts';
import { corpusFiles, corpusRoot, exampleFiles } from './corpus-files.ts';

const files = [...corpusFiles(), ...exampleFiles()];
if (corpusFiles().length === 0) console.info(`the corpus is left out: there is nothing at ${corpusRoot}`);

const ingressesOf = (objects: readonly Resource[]): readonly Ingress[] =>
  objects.filter((object): object is Ingress => object.kind === 'Ingress');

it('there are manifests to read', () => {
  expect(exampleFiles().length).toBeGreaterThan(0);
});

describe.each(files)('$file', ({ file, text }) => {
  const { resources, diagnostics } = parseManifests(text, { file });

  it('loads: each document is an object, or is named by a diagnostic with its place', () => {
    // Documents that hold more than blanks and comments.
    const documents = text.split(/^---.*$/m).filter((document) => /^[^#\s]/m.test(document)).length;
    const named = diagnostics.filter(({ consequence, code }) => consequence === 'object-rejected' || code === 'schema/unknown-kind');
    expect(resources.length + named.length).toBeGreaterThanOrEqual(documents);
    for (const { span, message } of diagnostics) {
      expect(span, message).toMatchObject({ file });
      expect(span?.line).toBeLessThanOrEqual(text.split('\n').length);
    }
    for (const resource of resources) expect(spanOf(resource)).toMatchObject({ file });
  });

  describe.each(everyProfile)('under %s', (_, profile) => {
    const gateway = createGateway({ profile });

    it('lets no field of an Ingress go or change without a trace', () => {
      for (const ingress of ingressesOf(resources)) {
        const silent = traceableEdits(profile, ingress).filter(
          (edit: FieldEdit) => !leavesTrace(gateway, profile, ingress, resources, edit),
        );
        expect(silent).toEqual([]);
      }
    });

    it('prints its diagnostics, and nothing of Secrets', () => {
      const found: readonly Diagnostic[] = locate([...diagnostics, ...gateway.compile(resources).diagnostics], resources);
      const printed = formatDiagnostics(found, { sources: new Map([[file, text]]), showInfo: true });
      for (const resource of resources) {
        if (resource.kind !== 'Secret') continue;
        for (const value of Object.values(resource.data ?? {})) if (value.length > 8) expect(printed).not.toContain(value);
      }
      for (const { object, path, span } of found) {
        if (
          object === undefined ||
          path === undefined ||
          !resources.some(({ kind, metadata }) => kind === object.kind && metadata.name === object.name)
        )
          continue;
        expect(span).toMatchObject({ file });
      }
    });
  });
});

import type { AnnotationDescription } from '@ingresskit/annotations';
import type { Page } from '../page.ts';

/** The annotation tables for programs. */
export function annotationsJson(descriptions: readonly AnnotationDescription[]): Page {
  return { path: 'docs/annotations/annotations.json', text: `${JSON.stringify({ format: 1, annotations: descriptions }, undefined, 1)}\n` };
}

/**
 * A JSON Schema of an Ingress's `metadata.annotations`, for editors: names with their documentation. Values are text to Kubernetes, so the schema
 * offers examples and leaves grammars to `ingresskit check`.
 */
export function annotationsSchema(descriptions: readonly AnnotationDescription[]): Page {
  const properties: Record<string, unknown> = {};
  for (const { doc, grammar, example, badExample, profiles } of descriptions) {
    const verdicts = Object.entries(profiles).map(([name, { verdict }]) => `${name}: ${verdict}`);
    for (const { keys } of Object.values(profiles)) {
      for (const key of keys) {
        properties[key] = {
          type: 'string',
          ...(doc === undefined
            ? {}
            : {
                description: `${doc} Value: ${grammar ?? 'text'}.${badExample === undefined ? '' : ` Not: ${badExample}.`} (${verdicts.join(', ')})`,
              }),
          ...(doc === undefined ? { description: verdicts.join(', '), deprecated: true } : {}),
          ...(example === undefined ? {} : { examples: [example] }),
        };
      }
    }
  }
  const sorted = Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://ingresskit.dev/annotations.schema.json',
    title: 'Annotations of an Ingress',
    type: 'object',
    properties: sorted,
    additionalProperties: { type: 'string' },
  };
  return { path: 'docs/annotations/annotations.schema.json', text: `${JSON.stringify(schema, undefined, 1)}\n` };
}

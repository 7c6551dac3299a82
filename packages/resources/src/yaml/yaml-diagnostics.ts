import { type DiagnosticDefinition, type DiagnosticSet, defineDiagnostics } from '../diagnostic.ts';

/** Names of the problems that reading manifest text can find. */
export type YamlProblemName =
  | 'too-large'
  | 'too-many-documents'
  | 'too-deep'
  | 'too-many-aliases'
  | 'syntax'
  | 'template'
  | 'duplicate-key'
  | 'merge-key'
  | 'custom-tag'
  | 'complex-key'
  | 'directive-ignored'
  | 'ambiguous-scalar';

const skipped = 'The document is left out; the other documents of the file are read.';

/** What can be wrong with the text of manifests. */
export const yamlDiagnostics: DiagnosticSet<Readonly<Record<YamlProblemName, DiagnosticDefinition>>> = defineDiagnostics('yaml', {
  'too-large': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A file that is too large',
    doc: 'Nothing of the file is read. Split it, or raise the limit for input you trust.',
  },
  'too-many-documents': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A file with too many documents',
    doc: 'The documents past the limit are not read. Split the file, or raise the limit for input you trust.',
  },
  'too-deep': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A document nested too deeply',
    doc: `Manifests are a dozen levels deep; deeper ones serve to exhaust a reader. ${skipped}`,
  },
  'too-many-aliases': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A document whose aliases expand too much',
    doc: `Aliases of aliases can make gigabytes out of a few lines. ${skipped}`,
  },
  syntax: {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'Text that is neither YAML nor JSON',
    doc: `The position is where reading failed; the cause may be a line above, often indentation or a missing quote. ${skipped}`,
  },
  template: {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A template instead of a manifest',
    doc: `Text with "{{ … }}" outside of quotes is for Helm or another engine to render. Read what "helm template" prints. ${skipped}`,
  },
  'duplicate-key': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A key that appears twice in one map',
    doc: `YAML forbids it, and tools differ in which value they take, so none may be guessed. ${skipped}`,
  },
  'merge-key': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A merge key',
    doc: `"<<" is not part of YAML 1.2. Write the fields out. ${skipped}`,
  },
  'custom-tag': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A tag outside the core schema',
    doc: `Tags such as "!Ref" or "!!binary" belong to other tools. ${skipped}`,
  },
  'complex-key': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A key that is a map, a list or empty',
    doc: `Keys of manifests are text. ${skipped}`,
  },
  'directive-ignored': {
    severity: 'warning',
    consequence: 'none',
    title: 'A YAML directive',
    doc: 'Manifests are read as YAML 1.2 whatever their directives say.',
  },
  'ambiguous-scalar': {
    severity: 'warning',
    consequence: 'none',
    title: 'An unquoted value that kubectl reads differently',
    doc:
      'kubectl follows YAML 1.1, where on, off, yes, no, y and n are booleans and numbers with a leading zero are octal. Here, as in YAML 1.2, the ' +
      'former are text and the latter decimal. Quote the value.',
  },
});

import { type DiagnosticDefinition, type DiagnosticSet, defineDiagnostics } from './diagnostic.ts';

/** Names of the problems that reading objects, alone and as a set, can find. */
export type SchemaProblemName =
  | 'not-an-object'
  | 'missing-kind'
  | 'unknown-kind'
  | 'unsupported-version'
  | 'old-version'
  | 'invalid-list'
  | 'too-deep'
  | 'missing-field'
  | 'invalid-type'
  | 'invalid-name'
  | 'invalid-base64'
  | 'null-value'
  | 'unknown-field'
  | 'duplicate-object';

const rejected =
  'The whole object is left out, as the API server would refuse it: what is malformed might be the part that restricts access.';

/** What can be wrong with the shape of an object. */
export const schemaDiagnostics: DiagnosticSet<Readonly<Record<SchemaProblemName, DiagnosticDefinition>>> = defineDiagnostics('schema', {
  'not-an-object': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A document that is no Kubernetes object',
    doc: 'A manifest is a map with apiVersion, kind and metadata. Text, numbers and lists are none.',
  },
  'missing-kind': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A map without kind or apiVersion',
    doc: 'Without both it is unknown what the map describes. Values files and patches look like this and are not manifests.',
  },
  'unknown-kind': {
    severity: 'info',
    consequence: 'none',
    title: 'An object of a kind that IngressKit does not read',
    doc: 'Deployments, plugins and the like take no part in routing here. They are skipped.',
  },
  'unsupported-version': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A known kind in an API version that does not exist',
    doc: 'Kubernetes never served the kind in this version, or IngressKit does not read it. Use the version the message names.',
  },
  'old-version': {
    severity: 'warning',
    consequence: 'none',
    title: 'An API version that clusters no longer serve',
    doc: 'The object was converted and counts. Kubernetes 1.22 and later refuse old Ingresses and 1.25 and later old EndpointSlices: convert the manifest.',
  },
  'invalid-list': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A List without a list',
    doc: 'The field items of a List is an array of objects. Lists are not nested more than a few levels.',
  },
  'too-deep': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'An object nested too deeply, or containing itself',
    doc: 'Kubernetes objects are a dozen levels deep. Deeper ones serve to exhaust a reader.',
  },
  'missing-field': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A required field is missing',
    doc: rejected,
  },
  'invalid-type': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A value of the wrong type',
    doc: `${rejected} The usual cause is a value that YAML reads as a number or a boolean: quote it.`,
  },
  'invalid-name': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A name or namespace Kubernetes does not allow',
    doc: `Names are lower-case DNS names. ${rejected}`,
  },
  'invalid-base64': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'Data that is not base64',
    doc: `Values under data of a Secret and binaryData of a ConfigMap are base64 text; plain text of a Secret goes under stringData. ${rejected}`,
  },
  'null-value': {
    severity: 'warning',
    consequence: 'default-used',
    title: 'An empty value where text is expected',
    doc: 'A key with nothing behind it is null. The API server reads it as empty text; write "" to say so.',
  },
  'unknown-field': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A field the kind does not have',
    doc: 'The API server drops such fields without a word, so what they were to say does not happen. Usually a slip of the pen or of indentation.',
  },
  'duplicate-object': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'Two manifests describe one object',
    doc:
      'A cluster holds one object of a kind, namespace and name, so only one of the manifests can be meant. Which one is used does not depend on ' +
      'the order of the input. Two equal manifests are only a warning. Remove or rename one.',
  },
});

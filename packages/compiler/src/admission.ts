import type { AdmissionRules, Registry, Risk } from '@ingresskit/annotations';
import { compilePattern, quoteValue, spellingOf } from '@ingresskit/annotations';
import type { Diagnostic, DiagnosticSet, FieldPath, Ingress, ObjectRef } from '@ingresskit/resources';
import { defineDiagnostics, refOf } from '@ingresskit/resources';

/** Why an Ingress is refused as a whole, whatever it asks for. */
export const admissionDiagnostics: DiagnosticSet = defineDiagnostics('admission', {
  'risk-too-high': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'An annotation is riskier than the gateway allows',
    doc: 'Annotations have a risk (Low, Medium, High, Critical), and an Ingress with one above the level that the gateway allows is not served at all (ConfigMap annotations-risk-level, High by default). Remove the annotation.',
  },
  'forbidden-word': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A value holds a word that the gateway forbids',
    doc: 'The operator of the gateway has forbidden texts in annotation values (ConfigMap annotation-value-word-blocklist). An Ingress with one of them is not served at all.',
  },
  'forbidden-text': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A host, path or TLS name looks like an attempt to break out of a configuration',
    doc: 'The gateway inspects hosts, paths and the names in TLS entries for directives and for files of the controller. An Ingress with one of them is not served at all.',
  },
  'default-backend-refused': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'The gateway takes no Ingress with a default backend',
    doc: 'The controller runs with --disable-catch-all, so every Ingress with spec.defaultBackend is ignored, its rules included. Use a path "/" instead.',
  },
  'path-not-plain': {
    severity: 'warning',
    consequence: 'none',
    title: 'The admission webhook would refuse the path',
    doc: 'Paths of type Exact and Prefix may hold letters, digits, ".", "_", "-" and "/" only (ConfigMap strict-validate-path-type). The webhook refuses others; without it they are served. Use ImplementationSpecific.',
  },
});

const ranks: Readonly<Record<Risk, number>> = { Low: 0, Medium: 1, High: 2, Critical: 3 };
const plainPath = /^\/[A-Za-z0-9._/-]*$/;

/** Looks an Ingress over before anything of it is read. The first reason is enough; what is only worth a word goes to `diagnostics`. */
export function refusedAtAdmission(ingress: Ingress, registry: Registry, diagnostics: Diagnostic[]): Diagnostic | undefined {
  const rules = registry.profile.admission;
  if (rules === undefined) return undefined;
  const object = refOf(ingress);
  const refusal =
    refusedDefaultBackend(ingress, rules, object) ??
    refusedAnnotation(ingress, rules, registry, object) ??
    refusedText(ingress, rules, object);
  if (refusal === undefined && rules.plainPathsExpected === true) reportPaths(ingress, object, diagnostics);
  return refusal;
}

function refusedDefaultBackend({ spec }: Ingress, { refusesDefaultBackends }: AdmissionRules, object: ObjectRef): Diagnostic | undefined {
  if (refusesDefaultBackends !== true || spec?.defaultBackend === undefined) return undefined;
  return admissionDiagnostics.make('default-backend-refused', {
    object,
    path: ['spec', 'defaultBackend'],
    message: 'This gateway takes no Ingress with a default backend; the whole Ingress is refused.',
    help: 'Use a rule with the path "/".',
  });
}

function refusedAnnotation({ metadata }: Ingress, rules: AdmissionRules, registry: Registry, object: ObjectRef): Diagnostic | undefined {
  const { highestRisk = 'Critical', forbiddenWords = [] } = rules;
  for (const [key, text] of Object.entries(metadata.annotations ?? {})) {
    const path: FieldPath = ['metadata', 'annotations', key];
    const field = spellingOf(registry, key)?.field;
    const risk = field?.risk ?? registry.inactive.get(key)?.risk ?? 'Low';
    if (ranks[risk] > ranks[highestRisk]) {
      const digest = field?.digest?.(text);
      return admissionDiagnostics.make('risk-too-high', {
        object,
        path,
        message: `The risk of "${key}" is ${risk}, and this gateway allows ${highestRisk} at most; the whole Ingress is refused.`,
        help: ['Remove the annotation, and express what it does with others.', digest?.text].filter((part) => part !== undefined).join(' '),
        data: { ...digest?.data, annotation: key, risk, highestRisk },
      });
    }
    if (!registry.profile.prefixes.some(({ prefix }) => key.startsWith(prefix))) continue;
    const word = forbiddenWords.find((candidate) => text.includes(candidate));
    if (word !== undefined) {
      return admissionDiagnostics.make('forbidden-word', {
        object,
        path,
        message: `The value holds ${quoteValue(word)}, which this gateway forbids in annotations; the whole Ingress is refused.`,
        help: 'Remove the word, or ask the operator of the gateway.',
        data: { annotation: key, word },
      });
    }
  }
  return undefined;
}

function refusedText(ingress: Ingress, { forbiddenPatterns = [] }: AdmissionRules, object: ObjectRef): Diagnostic | undefined {
  if (forbiddenPatterns.length === 0) return undefined;
  for (const [text, path] of textsOf(ingress)) {
    for (const pattern of forbiddenPatterns) {
      const compiled = compilePattern(pattern, { end: 'search' });
      // A pattern of the profile that cannot be compiled is a programmer's mistake, and refuses like one that matches.
      if (compiled.ok && !compiled.pattern.test(text)) continue;
      return admissionDiagnostics.make('forbidden-text', {
        object,
        path,
        message: `${quoteValue(text)} looks like an attempt to reach the configuration of the gateway; the whole Ingress is refused.`,
        help: 'Use a plain host, path or name.',
      });
    }
  }
  return undefined;
}

function* textsOf({ spec }: Ingress): Generator<readonly [string, FieldPath], undefined, undefined> {
  for (const [rule, { host, http }] of (spec?.rules ?? []).entries()) {
    if (host !== undefined) yield [host, ['spec', 'rules', rule, 'host']];
    for (const [index, { path }] of (http?.paths ?? []).entries()) {
      if (path !== undefined) yield [path, ['spec', 'rules', rule, 'http', 'paths', index, 'path']];
    }
  }
  for (const [index, { hosts = [], secretName }] of (spec?.tls ?? []).entries()) {
    for (const [position, host] of hosts.entries()) yield [host, ['spec', 'tls', index, 'hosts', position]];
    if (secretName !== undefined) yield [secretName, ['spec', 'tls', index, 'secretName']];
  }
}

function reportPaths({ spec }: Ingress, object: ObjectRef, diagnostics: Diagnostic[]): void {
  for (const [rule, { http }] of (spec?.rules ?? []).entries()) {
    for (const [index, { path = '/', pathType }] of (http?.paths ?? []).entries()) {
      if ((pathType !== 'Exact' && pathType !== 'Prefix') || path === '' || plainPath.test(path)) continue;
      diagnostics.push(
        admissionDiagnostics.make('path-not-plain', {
          object,
          path: ['spec', 'rules', rule, 'http', 'paths', index, 'path'],
          message: `${quoteValue(path)} is more than a plain path, and its type is ${pathType}: the admission webhook of the gateway would refuse the Ingress.`,
          help: 'Use pathType ImplementationSpecific.',
          data: { path },
        }),
      );
    }
  }
}

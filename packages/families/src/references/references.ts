import type { ReportDetails, ResolveContext } from '@ingresskit/annotations';
import type { ConfigMap, DiagnosticDefinition, Secret, Service } from '@ingresskit/resources';

interface Kinds {
  readonly Secret: Secret;
  readonly ConfigMap: ConfigMap;
  readonly Service: Service;
}

/** An object that an annotation names: in the Ingress's namespace unless it says otherwise. */
export interface ObjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The object a reference leads to, or why it leads nowhere. */
export type Reference<T> = FoundReference<T> | FailedReference;

export interface FoundReference<T> {
  readonly ok: true;
  readonly object: T;
  readonly namespace: string;
  readonly name: string;
  /** `Secret default/users`, for messages. */
  readonly what: string;
}

export interface FailedReference {
  readonly ok: false;
  /** Which of `referenceDiagnostics` it is: `secret-not-allowed`, `secret-not-found`. */
  readonly diagnostic: string;
  readonly what: string;
  /** What is wrong, without a period: `Secret a/b is not among the resources`. Say what was done behind a `;`. */
  readonly problem: string;
  readonly help: string;
  readonly data: NonNullable<ReportDetails['data']>;
}

type ReferenceContext = Pick<ResolveContext<never>, 'namespace' | 'lookups'>;

/**
 * Resolves `[namespace/]name`: the only way from an annotation to another object. References across namespaces are refused unless the options allow
 * them, and a refused object is not even looked up (reliability.md §2.5).
 */
export function resolveReference<K extends keyof Kinds>(kind: K, ref: ObjectName, context: ReferenceContext): Reference<Kinds[K]> {
  const { name, namespace = context.namespace } = ref;
  const what = `${kind} ${namespace}/${name}`;
  const key = prefixOf(kind);
  const data = { namespace, name };
  if (!context.lookups.mayRefer(context.namespace, kind, namespace)) {
    return {
      ok: false,
      diagnostic: `${key}-not-allowed`,
      what,
      problem: `${what} belongs to another namespace than the Ingress`,
      help: `Copy it into namespace "${context.namespace}", or allow references across namespaces.`,
      data,
    };
  }
  const object = lookUp(kind, namespace, name, context);
  if (object === undefined) {
    return {
      ok: false,
      diagnostic: `${key}-not-found`,
      what,
      problem: `${what} is not among the resources`,
      help: 'Create it, or correct its name.',
      data,
    };
  }
  return { ok: true, object, namespace, name, what };
}

function lookUp<K extends keyof Kinds>(kind: K, namespace: string, name: string, { lookups }: ReferenceContext): Kinds[K] | undefined {
  const found: Kinds[keyof Kinds] | undefined =
    kind === 'Secret'
      ? lookups.secret(namespace, name)
      : kind === 'ConfigMap'
        ? lookups.configMap(namespace, name)
        : lookups.service(namespace, name);
  return found as Kinds[K] | undefined;
}

function prefixOf(kind: keyof Kinds): string {
  return kind === 'ConfigMap' ? 'config-map' : kind.toLowerCase();
}

interface ReferenceConsequence extends Pick<DiagnosticDefinition, 'severity' | 'consequence'> {
  /** What the object holds, for titles: `the accounts`. */
  readonly role: string;
  /** What happens without it: `The routes answer 503.` */
  readonly without: string;
}

/** The definitions of what `resolveReference` finds wrong, for a family's `defineDiagnostics`. */
export function referenceDiagnostics(
  kind: keyof Kinds,
  { role, without, severity, consequence }: ReferenceConsequence,
): Readonly<Record<string, DiagnosticDefinition>> {
  const key = prefixOf(kind);
  return {
    [`${key}-not-allowed`]: {
      severity,
      consequence,
      title: `The ${kind} with ${role} belongs to another namespace`,
      doc: `References across namespaces are refused unless the gateway allows them. ${without} Copy the ${kind} into the namespace of the Ingress.`,
    },
    [`${key}-not-found`]: {
      severity,
      consequence,
      title: `The ${kind} with ${role} does not exist`,
      doc: `${without} Create the ${kind}, or correct its name.`,
    },
  };
}

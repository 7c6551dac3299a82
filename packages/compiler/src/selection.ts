import type { ClassRules } from '@ingresskit/annotations';
import type { Diagnostic, FieldPath, Ingress, IngressClass, MseIngressConfig, ObjectRef, Snapshot } from '@ingresskit/resources';
import { ingressClassAnnotation, refOf } from '@ingresskit/resources';
import { classDiagnostics } from './diagnostics.ts';
import type { CompileOptions } from './options.ts';

/** Which Ingresses the gateway takes, and which gateway objects describe it. */
export interface Selection {
  /** `undefined` takes every class. */
  readonly classes: ReadonlySet<string> | undefined;
  readonly watchNamespace: string | undefined;
  readonly gateways: readonly MseIngressConfig[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Works out the selection from the options and the gateway objects (mse.md §3.4 and §4): an IngressClass whose parameters point at a gateway
 * object takes precedence over the object's own `ingress.local.ingressClass`.
 */
export function selectionOf(snapshot: Snapshot, options: CompileOptions): Selection {
  const { classes: rules } = options.profile;
  const configs = rules.parameters === undefined ? [] : sortedByName(snapshot.list('MseIngressConfig'));
  if (options.gateway !== undefined) return ofGateway(options.gateway, configs, snapshot, options);
  if (options.ingressClass === undefined) return ofEverything(configs, options);
  return ofClasses(typeof options.ingressClass === 'string' ? [options.ingressClass] : options.ingressClass, configs, snapshot, options);
}

function ofEverything(configs: readonly MseIngressConfig[], { watchNamespace }: CompileOptions): Selection {
  const diagnostics = configs.slice(1).map((config) =>
    classDiagnostics.make('several-gateways', {
      object: refOf(config),
      path: [],
      message: `Gateway objects ${configs.map(({ metadata }) => `"${metadata.name}"`).join(', ')} are all present and none was chosen; a request must pass the address lists of all of them.`,
      help: 'Choose one with --ingress-class (its class) or the option "gateway" (its name).',
      data: { gateways: configs.map(({ metadata }) => metadata.name) },
    }),
  );
  return { classes: undefined, watchNamespace, gateways: configs, diagnostics };
}

function ofGateway(name: string, configs: readonly MseIngressConfig[], snapshot: Snapshot, options: CompileOptions): Selection {
  const config = configs.find(({ metadata }) => metadata.name === name);
  if (config === undefined) {
    const diagnostic = classDiagnostics.make('gateway-not-found', {
      object: { kind: 'MseIngressConfig', name },
      message: `There is no MseIngressConfig named "${name}", so its gateway watches no Ingress.`,
      help: 'Add the MseIngressConfig, or choose Ingresses by class.',
    });
    return { classes: new Set(), watchNamespace: options.watchNamespace, gateways: [], diagnostics: [diagnostic] };
  }
  return {
    classes: classesOf(config, snapshot, options.profile.classes),
    watchNamespace: options.watchNamespace ?? watchNamespaceOf(config),
    gateways: [config],
    diagnostics: [],
  };
}

function ofClasses(names: readonly string[], configs: readonly MseIngressConfig[], snapshot: Snapshot, options: CompileOptions): Selection {
  const rules = options.profile.classes;
  const diagnostics: Diagnostic[] = [];
  const gateways = new Set<MseIngressConfig>();
  for (const name of names) {
    const ingressClass = snapshot.get('IngressClass', undefined, name);
    if (ingressClass === undefined && name !== '') {
      diagnostics.push(
        classDiagnostics.make('class-not-found', {
          object: { kind: 'IngressClass', name },
          message: `There is no IngressClass named "${name}"; Ingresses are chosen by that name alone.`,
        }),
      );
    }
    const parameters = ingressClass === undefined ? undefined : gatewayNameOf(ingressClass, rules);
    for (const config of configs) {
      const listens = parameters === undefined && !pointedAt(config, snapshot, rules) && localClassOf(config) === name;
      if (config.metadata.name === parameters || listens) gateways.add(config);
    }
  }
  const [only] = gateways;
  return {
    classes: names.includes('') ? undefined : new Set(names),
    watchNamespace: options.watchNamespace ?? (gateways.size === 1 && only !== undefined ? watchNamespaceOf(only) : undefined),
    gateways: sortedByName(gateways),
    diagnostics,
  };
}

/** `undefined` for all classes; the empty set for none. */
function classesOf(config: MseIngressConfig, snapshot: Snapshot, rules: ClassRules): ReadonlySet<string> | undefined {
  const pointing = new Set<string>();
  for (const ingressClass of snapshot.list('IngressClass')) {
    if (gatewayNameOf(ingressClass, rules) === config.metadata.name) pointing.add(ingressClass.metadata.name);
  }
  if (pointing.size > 0) return pointing;
  const local = localClassOf(config);
  if (local === undefined) return new Set();
  return local === '' ? undefined : new Set([local]);
}

function pointedAt(config: MseIngressConfig, snapshot: Snapshot, rules: ClassRules): boolean {
  for (const ingressClass of snapshot.list('IngressClass')) if (gatewayNameOf(ingressClass, rules) === config.metadata.name) return true;
  return false;
}

function gatewayNameOf(ingressClass: IngressClass, rules: ClassRules): string | undefined {
  const parameters = ingressClass.spec?.parameters;
  if (rules.parameters === undefined || parameters === undefined || ingressClass.spec?.controller !== rules.controller) return undefined;
  const points = parameters.kind === rules.parameters.kind && parameters.apiGroup === rules.parameters.apiGroup;
  return points ? parameters.name : undefined;
}

function localClassOf(config: MseIngressConfig): string | undefined {
  return config.spec?.ingress?.local?.ingressClass;
}

function watchNamespaceOf(config: MseIngressConfig): string | undefined {
  const namespace = config.spec?.ingress?.local?.watchNamespace;
  return namespace === '' ? undefined : namespace;
}

function sortedByName<T extends { readonly metadata: { readonly name: string } }>(objects: Iterable<T>): T[] {
  return [...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function classFrom(source: ClassRules['sources'][number], { metadata, spec }: Ingress): string | undefined {
  return source === 'annotation' ? metadata.annotations?.[ingressClassAnnotation] : spec?.ingressClassName;
}

/** The class an Ingress names, by the profile's order of sources; `undefined` when it names none. */
export function classOf(ingress: Ingress, rules: ClassRules): string | undefined {
  for (const source of rules.sources) {
    const name = classFrom(source, ingress);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The class an Ingress names, as provenance shows it. */
export function namedClass(ingress: Ingress, rules: ClassRules): { readonly ingressClass?: string } {
  const ingressClass = classOf(ingress, rules);
  return ingressClass === undefined ? {} : { ingressClass };
}

/** The report of an Ingress whose annotation and field name different classes. */
export function classNamedTwice(ingress: Ingress, rules: ClassRules): Diagnostic | undefined {
  const named = rules.sources.flatMap((source) => {
    const name = classFrom(source, ingress);
    return name === undefined ? [] : [{ name, path: pathOfClass(source) }];
  });
  const [counts, ignored] = named;
  if (counts === undefined || ignored === undefined || counts.name === ignored.name) return undefined;
  return classDiagnostics.make('named-twice', {
    object: refOf(ingress),
    path: ignored.path,
    message: `The Ingress names its class twice: "${counts.name}" counts, "${ignored.name}" is ignored.`,
    help: 'Remove one of the annotation and the field.',
    related: [{ object: refOf(ingress), path: counts.path, message: 'This name counts.' }],
    data: { class: counts.name, ignored: ignored.name },
  });
}

/** Why an Ingress is not taken, and the field that says so. */
export interface Refusal {
  readonly why: string;
  readonly path: FieldPath;
}

/** Why an Ingress is not taken, or `undefined` when it is. */
export function refusalOf(ingress: Ingress, selection: Selection, snapshot: Snapshot, rules: ClassRules): Refusal | undefined {
  const { classes, watchNamespace } = selection;
  if (watchNamespace !== undefined && ingress.metadata.namespace !== watchNamespace) {
    return { why: `the gateway watches only namespace "${watchNamespace}"`, path: ['metadata', 'namespace'] };
  }
  if (classes === undefined) return undefined;
  const why = classRefusal(ingress, classes, snapshot, rules);
  return why === undefined ? undefined : { why, path: classPathOf(ingress, rules) };
}

function classPathOf(ingress: Ingress, rules: ClassRules): FieldPath {
  const source = rules.sources.find((candidate) => classFrom(candidate, ingress) !== undefined);
  return pathOfClass(source);
}

function pathOfClass(source: 'annotation' | 'field' | undefined): FieldPath {
  return source === 'annotation' ? ['metadata', 'annotations', ingressClassAnnotation] : ['spec', 'ingressClassName'];
}

function classRefusal(ingress: Ingress, classes: ReadonlySet<string>, snapshot: Snapshot, rules: ClassRules): string | undefined {
  const name = classOf(ingress, rules);
  if (name === undefined || name === '') {
    return rules.unclassedWith.some((candidate) => classes.has(candidate)) ? undefined : 'it names no class';
  }
  if (!classes.has(name)) return `its class is "${name}"`;
  if (rules.controllerMustMatch && ingress.metadata.annotations?.[ingressClassAnnotation] === undefined) {
    const controller = snapshot.get('IngressClass', undefined, name)?.spec?.controller;
    if (controller !== rules.controller)
      return `its IngressClass "${name}" ${controller === undefined ? 'does not exist' : `belongs to ${controller}`}`;
  }
  return undefined;
}

/** The info diagnostic of an Ingress that is not taken. */
export function notSelected(ingress: Ingress, { why, path }: Refusal): Diagnostic {
  const object: ObjectRef = refOf(ingress);
  return classDiagnostics.make('not-selected', { object, path, message: `Not served by this gateway: ${why}.`, data: { why } });
}

/** Whether two selections take the same Ingresses and describe the same gateways, so that nothing needs to be looked at again. */
export function sameSelection(a: Selection, b: Selection): boolean {
  const setA = a.classes;
  const setB = b.classes;
  const sameClasses =
    setA === setB || (setA !== undefined && setB !== undefined && setA.size === setB.size && [...setA].every((name) => setB.has(name)));
  return sameClasses && a.watchNamespace === b.watchNamespace;
}

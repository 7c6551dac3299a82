import type { Diagnostic, DiagnosticDetails, FieldPath } from './diagnostic.ts';
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressTls } from './ingress.ts';
import { type IngressProblemName, ingressDiagnostics } from './ingress-diagnostics.ts';
import { isIpv4, isPathSegment, isPortName, isPortNumber, isServiceName, isSubdomain, isWildcardSubdomain } from './names.ts';
import { nearestName } from './nearest-name.ts';
import { isPathTypeOptional } from './older-version.ts';
import { quote } from './quote.ts';
import { type ObjectRef, refOf } from './ref.ts';

/** The smallest part of an Ingress that a problem makes unusable. What lies outside it is sound. */
export interface IngressProblem {
  readonly scope: 'ingress' | 'rule' | 'path' | 'tls' | 'default-backend';
  /** Index into `spec.rules`, for scopes `rule` and `path`. */
  readonly rule?: number;
  /** Index into the rule's paths, for scope `path`. */
  readonly path?: number;
  /** Index into `spec.tls`, for scope `tls`. */
  readonly tls?: number;
  readonly diagnostic: Diagnostic;
}

/**
 * Kubernetes' own validation of networking.k8s.io/v1 Ingress, by the API server's rules for creating one. Where the API server refuses the whole
 * object, this names the part at fault, so that what is sound keeps working. A valid Ingress costs a walk and one shared empty array.
 *
 * ImplementationSpecific paths may be absent or empty; one that is given must start with `/`, and is otherwise the implementation's affair.
 * Service names are RFC 1035 labels, which is the API server's rule unless its feature gate RelaxedServiceNameValidation is on.
 */
export function validateIngress(ingress: Ingress): readonly IngressProblem[] {
  const { spec } = ingress;
  const check = new Check(ingress);
  if (spec === undefined || (!spec.rules?.length && spec.defaultBackend === undefined)) {
    check.report(
      { scope: 'ingress' },
      'nothing-to-serve',
      ['spec'],
      'There are neither rules nor a default backend; the Ingress is not used.',
      {
        help: 'Add at least one rule, or "defaultBackend".',
      },
    );
  }
  if (spec === undefined) return check.problems;
  if (spec.ingressClassName !== undefined && !isSubdomain(spec.ingressClassName)) {
    const path = ['spec', 'ingressClassName'];
    const message = `${quote(spec.ingressClassName)} is not a possible class name; the Ingress is not used.`;
    check.report({ scope: 'ingress' }, 'invalid-class-name', path, message, {
      help: 'Write the metadata.name of an IngressClass, or leave the field out.',
    });
  }
  if (spec.defaultBackend !== undefined) checkBackend(check, { scope: 'default-backend' }, defaultBackendPath, spec.defaultBackend);
  if (spec.rules !== undefined) for (let i = 0; i < spec.rules.length; i += 1) checkRule(check, i, spec.rules[i] as IngressRule);
  if (spec.tls !== undefined) for (let i = 0; i < spec.tls.length; i += 1) checkTls(check, i, spec.tls[i] as IngressTls);
  return check.problems;
}

type Place = Omit<IngressProblem, 'diagnostic'>;
const noProblems: readonly IngressProblem[] = [];
const defaultBackendPath: FieldPath = ['spec', 'defaultBackend'];

/** Collects problems; allocates nothing until there is one. */
class Check {
  problems: readonly IngressProblem[] = noProblems;
  readonly ingress: Ingress;
  #ref: ObjectRef | undefined;

  constructor(ingress: Ingress) {
    this.ingress = ingress;
  }

  report(
    place: Place,
    name: IngressProblemName,
    path: FieldPath,
    message: string,
    details: Pick<DiagnosticDetails, 'help' | 'data'> = {},
  ): void {
    this.#ref ??= refOf(this.ingress);
    const diagnostic = ingressDiagnostics.make(name, { message, object: this.#ref, path, ...details });
    this.problems = [...this.problems, { ...place, diagnostic }];
  }
}

function checkRule(check: Check, index: number, rule: IngressRule): void {
  const { host, http } = rule;
  if (host !== undefined && host !== '' && !isHost(host)) {
    const message = `${quote(host)} ${hostFault(host)}; this rule's routes are not served.`;
    const help = hostHelp(host);
    check.report({ scope: 'rule', rule: index }, 'invalid-host', ['spec', 'rules', index, 'host'], message, { ...help, data: { host } });
  }
  if (http === undefined) return;
  if (http.paths.length === 0) {
    const message = 'The rule has "http" but no paths; it serves nothing.';
    const help = 'Add a path, or leave "http" out to send the host to the default backend.';
    check.report({ scope: 'rule', rule: index }, 'missing-paths', ['spec', 'rules', index, 'http', 'paths'], message, { help });
  }
  for (let i = 0; i < http.paths.length; i += 1) checkPath(check, index, i, http.paths[i] as IngressPath);
}

function checkPath(check: Check, rule: number, index: number, entry: IngressPath): void {
  const { path = '', pathType, backend } = entry;
  // Most paths are sound: build field paths only for those that are not.
  const at = (...rest: string[]): FieldPath => ['spec', 'rules', rule, 'http', 'paths', index, ...rest];
  if (pathType === undefined) {
    if (!isPathTypeOptional(check.ingress)) {
      const message = 'The path has no "pathType", which networking.k8s.io/v1 requires; it is not served.';
      check.report({ scope: 'path', rule, path: index }, 'missing-path-type', at(), message, {
        help: 'Add "pathType: Prefix" or "pathType: Exact".',
      });
    }
  } else if (pathType === 'Exact' || pathType === 'Prefix') {
    const fault = pathFault(path);
    if (fault !== undefined) reportPath(check, rule, index, at('path'), path, fault);
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) reportPath(check, rule, index, at('path'), path, relative);
  } else {
    const meant = nearestName(pathType, ['Exact', 'Prefix', 'ImplementationSpecific']);
    const message = `${quote(pathType)} is not a path type; the path is not served.`;
    const help = meant === undefined ? 'The types are Exact, Prefix and ImplementationSpecific.' : `Did you mean "${meant}"?`;
    check.report({ scope: 'path', rule, path: index }, 'unknown-path-type', at('pathType'), message, { help });
  }
  if (!isBackendSound(backend)) checkBackend(check, { scope: 'path', rule, path: index }, at('backend'), backend);
}

const relative = 'does not start with "/"';

function reportPath(check: Check, rule: number, index: number, field: FieldPath, path: string, fault: string): void {
  const message = path === '' ? 'The path is missing or empty; it is not served.' : `${quote(path)} ${fault}; the path is not served.`;
  const help = fault === relative ? 'Paths start with "/".' : 'Write the path as requests have it after such parts are resolved.';
  check.report({ scope: 'path', rule, path: index }, 'invalid-path', field, message, { help, data: { path } });
}

const forbiddenParts: readonly string[] = ['//', '/./', '/../', '%2f', '%2F'];
const forbiddenEnds: readonly string[] = ['/..', '/.'];

function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return relative;
  // One look for the three characters that every fault needs settles the usual path.
  if (!path.includes('/.') && !path.includes('//') && !path.includes('%2')) return undefined;
  const part = forbiddenParts.find((text) => path.includes(text));
  if (part !== undefined) return `contains "${part}"`;
  const end = forbiddenEnds.find((text) => path.endsWith(text));
  return end === undefined ? undefined : `ends with "${end}"`;
}

function isHost(host: string): boolean {
  return host.startsWith('*') ? isWildcardSubdomain(host) : isSubdomain(host) && !isIpv4(host);
}

function hostFault(host: string): string {
  if (isIpv4(host) || /^[0-9a-f.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host)) return 'is an IP address, not a DNS name';
  if (host.length > 253) return `has ${host.length} characters, more than the 253 of a DNS name`;
  if (host.includes('*')) return 'has a wildcard that is not the whole first label';
  return 'is not a lower-case DNS name';
}

function hostHelp(host: string): { readonly help?: string } {
  if (host === '*') return { help: 'Leave the host out to match every host.' };
  const bare = host
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[:/].*$/s, '')
    .replace(/\.$/, '');
  return bare !== host && isHost(bare) ? { help: `Write ${quote(bare)}.` } : {};
}

function isBackendSound(backend: IngressBackend): boolean {
  const { service } = backend;
  if (service?.port === undefined || backend.resource !== undefined || !isServiceName(service.name)) return false;
  const { name, number } = service.port;
  return name === undefined || name === '' ? number !== undefined && isPortNumber(number) : !number && isPortName(name);
}

function checkBackend(check: Check, place: Place, path: FieldPath, backend: IngressBackend): void {
  const { service, resource } = backend;
  const lost = place.scope === 'path' ? 'the path is not served' : 'there is no default backend';
  if ((service === undefined) === (resource === undefined)) {
    const message =
      service === undefined ? `The backend names no service; ${lost}.` : `The backend names a service and a resource; ${lost}.`;
    check.report(place, 'invalid-backend', path, message, { help: 'Give exactly one of "service" and "resource".' });
  } else if (service !== undefined) {
    checkService(check, place, path, service, lost);
  } else if (resource !== undefined) {
    const group = resource.apiGroup === undefined || isSubdomain(resource.apiGroup);
    const wrong = !group ? 'apiGroup' : !isPathSegment(resource.kind) ? 'kind' : isPathSegment(resource.name) ? undefined : 'name';
    if (wrong === undefined) return;
    const message = `${quote(resource[wrong] ?? '')} is not a possible ${wrong} of a resource; ${lost}.`;
    check.report(place, 'invalid-resource-reference', [...path, 'resource', wrong], message);
  }
}

function checkService(check: Check, place: Place, path: FieldPath, service: NonNullable<IngressBackend['service']>, lost: string): void {
  if (!isServiceName(service.name)) {
    const message = `${quote(service.name)} is not a possible Service name; ${lost}.`;
    const help = service.name.includes('/') ? 'A backend is in the namespace of the Ingress: write the name alone.' : undefined;
    check.report(place, 'invalid-service-name', [...path, 'service', 'name'], message, help === undefined ? {} : { help });
  }
  const { name = '', number = 0 } = service.port ?? {};
  const portPath = [...path, 'service', 'port'];
  if (name !== '' && number !== 0) {
    check.report(place, 'invalid-service-port', portPath, `The port has a name and a number; ${lost}.`, {
      help: 'Give one of "name" and "number".',
    });
  } else if (name === '' && number === 0) {
    const help = 'Add "port: { number: 80 }" or "port: { name: http }".';
    check.report(place, 'invalid-service-port', portPath, `The service has no port; ${lost}.`, { help });
  } else if (name !== '' && !isPortName(name)) {
    const message = `${quote(name)} is not a possible port name; ${lost}.`;
    const help = /^\d+$/.test(name)
      ? 'Write a port number under "number".'
      : 'A port name has at most 15 lower-case letters, digits and single hyphens.';
    check.report(place, 'invalid-service-port', [...portPath, 'name'], message, { help });
  } else if (name === '' && !isPortNumber(number)) {
    const message = `${number} is not a port; ${lost}.`;
    check.report(place, 'invalid-service-port', [...portPath, 'number'], message, { help: 'Ports are whole numbers from 1 to 65535.' });
  }
}

function checkTls(check: Check, index: number, tls: IngressTls): void {
  const place: Place = { scope: 'tls', tls: index };
  const { hosts, secretName } = tls;
  for (let i = 0; i < (hosts?.length ?? 0); i += 1) {
    const host = hosts?.[i] ?? '';
    if (host.includes('*') ? isWildcardSubdomain(host) : isSubdomain(host)) continue;
    const path = ['spec', 'tls', index, 'hosts', i];
    check.report(place, 'invalid-tls-host', path, `${quote(host)} ${hostFault(host)}; TLS is not set up for it.`, {
      ...hostHelp(host),
      data: { host },
    });
  }
  if (secretName === undefined || secretName === '' || isSubdomain(secretName)) return;
  const help = secretName.includes('/') ? 'The Secret is looked for in the namespace of the Ingress: write its name alone.' : undefined;
  const message = `${quote(secretName)} is not a possible Secret name; the entry has no certificate.`;
  check.report(place, 'invalid-secret-name', ['spec', 'tls', index, 'secretName'], message, help === undefined ? {} : { help });
}

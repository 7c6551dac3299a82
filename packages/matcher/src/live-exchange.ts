import type { CanonicalRequest, Exchange } from '@ingresskit/annotations';
import type { PersistentMap } from '@ingresskit/resources';
import type { Backend, Policies, PolicyKey, Route, VirtualHost } from '@ingresskit/route-table';
import { backendKey, policyOf } from '@ingresskit/route-table';
import { AccessChecks } from './access-checks.ts';
import { EditCollector } from './edits.ts';

const noSettings: Readonly<Record<string, unknown>> = Object.freeze({});
/** Headers whose values explanations do not show. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie']);

/** The exchange that filters act on. One for each request. */
export class LiveExchange implements Exchange {
  readonly request: CanonicalRequest;
  readonly route: Route;
  readonly host: VirtualHost;
  readonly armPolicies: Policies | undefined;
  readonly requestEdits: EditCollector = new EditCollector();
  readonly responseEdits: EditCollector = new EditCollector();
  settings: Readonly<Record<string, unknown>> = noSettings;
  upstreamPath: string;
  upstreamHost: string;
  upstreamProtocol = 'HTTP';
  /** Whether a filter replaced the path, so that it must be checked again. */
  rewritten = false;
  backend: Backend | undefined;
  declared: Record<string, unknown> | undefined;
  readonly access: AccessChecks = new AccessChecks();
  readonly #backendPolicies: PersistentMap<Policies>;
  readonly #note: ((message: string) => void) | undefined;

  constructor(
    request: CanonicalRequest,
    { host, route }: { readonly host: VirtualHost; readonly route: Route },
    arm: { readonly backend: Backend | undefined; readonly policies: Policies | undefined },
    backendPolicies: PersistentMap<Policies>,
    note: ((message: string) => void) | undefined,
  ) {
    this.request = request;
    this.route = route;
    this.host = host;
    this.backend = arm.backend;
    this.armPolicies = arm.policies;
    this.#backendPolicies = backendPolicies;
    this.upstreamPath = request.path;
    this.upstreamHost = request.authority;
    this.#note = note;
  }

  policy<P>(key: PolicyKey<P>): P | undefined {
    const own = this.armPolicies === undefined ? undefined : policyOf({ policies: this.armPolicies }, key);
    const policy = own ?? policyOf(this.route, key) ?? policyOf(this.host, key);
    if (policy !== undefined || this.backend === undefined || this.#backendPolicies.size === 0) return policy;
    const policies = this.#backendPolicies.get(backendKey(this.backend));
    return policies === undefined ? undefined : policyOf({ policies }, key);
  }

  setUpstreamPath(path: string): void {
    this.rewritten = true;
    this.upstreamPath = path;
    this.#note?.(`the path becomes ${JSON.stringify(path)}`);
  }

  setUpstreamHost(host: string): void {
    this.upstreamHost = host;
    this.#note?.(`the Host becomes ${JSON.stringify(host)}`);
  }

  setUpstreamProtocol(protocol: string): void {
    this.upstreamProtocol = protocol;
    this.#note?.(`the upstream protocol is ${protocol}`);
  }

  setRequestHeader(name: string, value: string): void {
    this.requestEdits.set(name, value);
    this.#note?.(`sets request header ${name} to ${shown(name, value)}`);
  }

  appendRequestHeader(name: string, value: string): void {
    this.requestEdits.append(name, value);
    this.#note?.(`appends ${shown(name, value)} to request header ${name}`);
  }

  removeRequestHeader(name: string): void {
    this.requestEdits.remove(name);
    this.#note?.(`removes request header ${name}`);
  }

  setResponseHeader(name: string, value: string): void {
    this.responseEdits.set(name, value);
    this.#note?.(`sets response header ${name} to ${shown(name, value)}`);
  }

  appendResponseHeader(name: string, value: string): void {
    this.responseEdits.append(name, value);
    this.#note?.(`appends ${shown(name, value)} to response header ${name}`);
  }

  removeResponseHeader(name: string): void {
    this.responseEdits.remove(name);
    this.#note?.(`removes response header ${name}`);
  }

  combineAccess(mode: 'all' | 'any'): void {
    this.access.mode = mode;
    if (mode === 'any') this.#note?.('any one access check is enough');
  }

  grantAccess(): void {
    this.access.granted = true;
  }

  declare(name: string, value: unknown): void {
    this.declared ??= {};
    this.declared[name] = value;
    this.#note?.(`${name} is ${JSON.stringify(value)}`);
  }

  note(message: string): void {
    this.#note?.(message);
  }
}

function shown(name: string, value: string): string {
  return secretHeaders.has(name.toLowerCase()) ? '[redacted]' : JSON.stringify(value);
}

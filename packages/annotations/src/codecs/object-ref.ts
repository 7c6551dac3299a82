import { isLabel, isPortName, isPortNumber, isServiceName, isSubdomain } from '@ingresskit/resources';
import type { Codec, Parsed, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

/** A Secret, in the Ingress's namespace unless it says otherwise. */
export interface SecretRefValue {
  readonly namespace?: string;
  readonly name: string;
}

/** A ConfigMap, in the Ingress's namespace unless it says otherwise. */
export interface ConfigMapRefValue {
  readonly namespace?: string;
  readonly name: string;
}

/** A Service, in the Ingress's namespace unless it says otherwise. */
export interface ServiceRefValue {
  readonly namespace?: string;
  readonly name: string;
  /** A number, or the name of a port. */
  readonly port?: number | string;
}

/**
 * `[namespace/]name` of a Secret. `a/b/c` is invalid: the twin takes it for a Secret `a` of the Ingress's namespace (higress.md A.0), which is nobody's wish
 * and might name a Secret that exists.
 */
export function secretRef(): Codec<SecretRefValue> {
  return secretCodec;
}

/** `[namespace/]name` of a ConfigMap, as strict as `secretRef`. */
export function configMapRef(): Codec<ConfigMapRefValue> {
  return configMapCodec;
}

/** `[namespace/]name[:port]` of a Service, as strict as `secretRef`. The twin ignores a bad port; here it makes the reference invalid. */
export function serviceRef(): Codec<ServiceRefValue> {
  return serviceCodec;
}

const secretCodec: Codec<SecretRefValue> = {
  grammar: '[namespace/]name of a Secret',
  parse: (text) => readRef(text.trim(), 'Secret', isSubdomain),
};

const configMapCodec: Codec<ConfigMapRefValue> = {
  grammar: '[namespace/]name of a ConfigMap',
  parse: (text) => readRef(text.trim(), 'ConfigMap', isSubdomain),
};

const serviceCodec: Codec<ServiceRefValue> = {
  grammar: '[namespace/]name[:port] of a Service',
  parse(text) {
    const trimmed = text.trim();
    const colon = trimmed.indexOf(':');
    const ref = readRef(colon < 0 ? trimmed : trimmed.slice(0, colon), 'Service', isServiceName);
    if (!ref.ok || colon < 0) return ref;
    const portText = trimmed.slice(colon + 1);
    const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : portText;
    if (typeof port === 'number' ? isPortNumber(port) : isPortName(port)) return parsed({ ...ref.value, port });
    return invalid(
      'has a port that is neither a number from 1 to 65535 nor a port name',
      'Write the port after one colon, for example "name:80".',
    );
  },
};

function readRef(text: string, kind: 'Secret' | 'ConfigMap' | 'Service', isName: (name: string) => boolean): Parsed<SecretRefValue> {
  // A namespace has 63 characters at most, a name 253.
  const segments = text.length > 320 ? [''] : text.split('/');
  const name = segments.at(-1) ?? '';
  const namespace = segments.length > 1 ? segments[0] : undefined;
  if (segments.length > 2) return { ok: false, problem: tooManySegments };
  if (namespace !== undefined && !isLabel(namespace))
    return invalid('has a namespace that is not one', `Write "namespace/name", or the name of a ${kind} in the Ingress's namespace.`);
  if (!isName(name)) return invalid(`does not name a ${kind}`, `Write "name" or "namespace/name" of a ${kind}.`);
  return parsed(namespace === undefined ? { name } : { namespace, name });
}

const tooManySegments: Problem = { message: 'has more than a namespace and a name', help: 'Write "namespace/name" with one "/".' };

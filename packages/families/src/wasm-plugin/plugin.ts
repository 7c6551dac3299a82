import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { isSubdomain } from '@ingresskit/resources';

/** A plugin for the routes of an Ingress, as the JSON text names it. */
export interface WasmPlugin {
  readonly name?: string;
  /** Where its module is: `oci://…`, `https://…`, `file:///…`. */
  readonly url: string;
  readonly sha256?: string;
  readonly phase?: 'AUTHN' | 'AUTHZ' | 'STATS' | 'UNSPECIFIED_PHASE';
  readonly priority?: number;
  /** `FAIL_CLOSE` refuses requests when the plugin cannot be loaded. */
  readonly failStrategy?: 'FAIL_CLOSE' | 'FAIL_OPEN';
  /** Whether it has configuration of its own: the text may hold secrets and is not kept. */
  readonly isConfigured: boolean;
}

const maxLength = 65_536;
const maxDepth = 64;
const phases = ['AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'] as const;
const strategies = ['FAIL_CLOSE', 'FAIL_OPEN'] as const;

/** The JSON text of a WasmPlugin object, or of its `spec` alone (mse.md §2.18). */
export const wasmPlugin: Codec<WasmPlugin> = {
  grammar: 'JSON text of a WasmPlugin object',
  sensitive: true,
  parse(text) {
    if (text.length > maxLength) return invalid('is longer than 64 KiB', 'Shorten it.');
    if (depthOf(text) > maxDepth) return invalid(`has more than ${maxDepth} levels`, 'Simplify it.');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return invalid('is not JSON', 'Write the WasmPlugin object as JSON, with double quotes.');
    }
    if (!isObject(value)) return invalid('is not a JSON object', help);
    const kind = own(value, 'kind');
    if (kind !== undefined && kind !== 'WasmPlugin') return invalid('is an object of another kind', help);
    const metadata = own(value, 'metadata');
    const spec = own(value, 'spec') ?? (kind === undefined ? value : undefined);
    if (!isObject(spec)) return invalid('has no "spec"', help);
    const name = isObject(metadata) ? own(metadata, 'name') : undefined;
    if (name !== undefined && (typeof name !== 'string' || !isSubdomain(name))) return invalid('has a name that no object has', help);
    const url = own(spec, 'url');
    if (typeof url !== 'string' || !/^(?:oci|https?|file):\/\/[!-~]{1,2048}$/.test(url))
      return invalid('has no "spec.url" of a module', help);
    const sha256 = own(spec, 'sha256');
    if (sha256 !== undefined && sha256 !== '' && !(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)))
      return invalid('has a "spec.sha256" that is none', help);
    const phase = own(spec, 'phase');
    if (phase !== undefined && !isOneOf(phases, phase)) return invalid(`has a "spec.phase" that is none of ${phases.join(', ')}`, help);
    const priority = own(spec, 'priority');
    if (priority !== undefined && !(typeof priority === 'number' && Number.isSafeInteger(priority)))
      return invalid('has a "spec.priority" that is no whole number', help);
    const failStrategy = own(spec, 'failStrategy');
    if (failStrategy !== undefined && !isOneOf(strategies, failStrategy))
      return invalid(`has a "spec.failStrategy" that is none of ${strategies.join(', ')}`, help);
    return parsed({
      ...(name === undefined ? {} : { name }),
      url,
      ...(typeof sha256 === 'string' && sha256 !== '' ? { sha256 } : {}),
      ...(phase === undefined ? {} : { phase }),
      ...(priority === undefined ? {} : { priority }),
      ...(failStrategy === undefined ? {} : { failStrategy }),
      isConfigured: own(spec, 'pluginConfig') !== undefined || own(spec, 'defaultConfig') !== undefined,
    });
  },
};

const help = 'Write { "kind": "WasmPlugin", "metadata": { "name": … }, "spec": { "url": "oci://…", "pluginConfig": { … } } }.';

/** How deep brackets outside of strings go, counted before anything recurses. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isOneOf<const V extends string>(values: readonly V[], value: unknown): value is V {
  return values.includes(value as V);
}

import { mse } from '@ingresskit/profiles';
import type { Diagnostic } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import { compile } from '../compile.ts';
import type { Compiled } from '../compiler.ts';
import type { CompileOptions } from '../options.ts';

/** Compiles manifests, under `mse` unless the options say otherwise. What the reader finds fault with is a mistake of the test. */
export function compileYaml(text: string, options: Partial<CompileOptions> = {}): Compiled {
  const { resources, diagnostics } = parseManifests(text, { file: 'test.yaml' });
  const [fault] = diagnostics.filter(({ severity }) => severity === 'error');
  if (fault !== undefined) throw new Error(fault.message);
  return compile(resources, { profile: mse, ...options });
}

/** Diagnostics as `code at.path`, without those for the record unless asked for. */
export function codesOf(diagnostics: readonly Diagnostic[], withInfo = false): readonly string[] {
  return diagnostics.filter(({ severity }) => withInfo || severity !== 'info').map(({ code, path = [] }) => `${code} ${path.join('.')}`);
}

/** An Ingress in flow style: one path of one host to port 80 of Service `cart`. */
export function ingressYaml(
  name: string,
  more: { readonly metadata?: string; readonly spec?: string; readonly host?: string; readonly path?: string } = {},
): string {
  const { metadata = '', spec = '', host = 'a.example', path = '/' } = more;
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}${metadata === '' ? '' : `, ${metadata}`} }
spec: { ${spec === '' ? '' : `${spec}, `}rules: [{ host: "${host}", http: { paths: [{ path: "${path}", pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }] }
---
`;
}

/** A Service with port 80. */
export const cart: string = 'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\nspec: { ports: [{ port: 80, name: http }] }\n---\n';

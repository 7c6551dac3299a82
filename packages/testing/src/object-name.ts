import type { NamespacedMeta } from '@ingresskit/resources';
import { defaultNamespace } from '@ingresskit/resources';

/** `name` in namespace `default`, or `namespace/name`. */
export function namespacedMeta(name: string): NamespacedMeta {
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace: defaultNamespace, name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** `cart:80` or `cart:http` as name and port. */
export function serviceAndPort(text: string): {
  readonly name: string;
  readonly port: { readonly number: number } | { readonly name: string };
} {
  const [, name, port] = /^([^:/\s]+):([^:/\s]+)$/.exec(text) ?? [];
  if (name === undefined || port === undefined) throw new TypeError(`"${text}" is no backend: write SERVICE:PORT, for example "cart:80"`);
  return { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } };
}

import type { Ingress } from '@ingresskit/resources';

const prefix = 'nginx.ingress.kubernetes.io/';
const trueWords: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** An annotation's text, without blanks around it; `undefined` where it is absent or empty. */
export function annotation(ingress: Ingress, name: string): string | undefined {
  const text = ingress.metadata.annotations?.[prefix + name]?.trim();
  return text === '' ? undefined : text;
}

/** A boolean in Go's spelling (ingress-nginx.md §0.2). */
export function flag(ingress: Ingress, name: string, fallback: boolean): boolean {
  const text = annotation(ingress, name);
  return text === undefined ? fallback : trueWords.has(text);
}

/** An integer; what is none counts as absent. */
export function integer(ingress: Ingress, name: string): number | undefined {
  const text = annotation(ingress, name);
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The items of an address list, and whether all of them are addresses or ranges. */
export function addressItems(text: string): { readonly items: readonly string[]; readonly areValid: boolean } {
  const items = text.split(',').map((item) => item.trim());
  return {
    items,
    areValid: items.every((item) =>
      /^(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/(?:[12]?\d|3[0-2]))?|[0-9a-f:]*::[0-9a-f:]*(?:\/\d{1,3})?)$/.test(item),
    ),
  };
}

/** `namespace/name` of an Ingress. */
export function nameOf({ metadata }: Ingress): string {
  return `${metadata.namespace}/${metadata.name}`;
}

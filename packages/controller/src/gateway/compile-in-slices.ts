import { setImmediate } from 'node:timers/promises';
import type { Change, Kind } from '@ingresskit/resources';
import type { Compiled, Compiler } from 'ingresskit';

/** What others are read with comes first, so that an Ingress is compiled once for its batch and not again for each thing it refers to. */
const order: Readonly<Partial<Record<Kind, number>>> = { IngressClass: 0, MseIngressConfig: 0, Ingress: 2 };

/**
 * Compiles a batch in slices and lets the event loop turn between them, so that requests go on while ten thousand Ingresses arrive. Nothing serves
 * the tables in between: a batch is taken up as a whole.
 */
export async function compileInSlices(compiler: Compiler, changes: readonly Change[], size: number): Promise<Compiled> {
  if (changes.length <= size) return compiler.apply(changes);
  const sorted = [...changes].sort((a, b) => rankOf(a) - rankOf(b));
  let compiled = compiler.current;
  for (let start = 0; start < sorted.length; start += size) {
    if (start > 0) await setImmediate();
    compiled = compiler.apply(sorted.slice(start, start + size));
  }
  return compiled;
}

function rankOf(change: Change): number {
  return order[change.type === 'apply' ? change.object.kind : change.kind] ?? 1;
}

import type { ExternalAuthQuestion } from '@ingresskit/annotations';

/** Headers of the client that never go along: they describe its connection or its body. */
const notForwarded: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of the request to the service: the client's, without those of its connection and body, after the question's edits. Names and values one after the
 * other. A header that the question sets is removed in every spelling that programs may fold to its name (reliability.md §2.5).
 */
export function questionHeaders({ headers: { set, remove } }: ExternalAuthQuestion, client: readonly string[]): string[] {
  const gone = new Set([...remove, ...Object.keys(set)].map(folded));
  const result: string[] = [];
  for (let index = 0; index < client.length; index += 2) {
    const name = (client[index] as string).toLowerCase();
    if (name.startsWith(':') || notForwarded.has(name) || gone.has(folded(name))) continue;
    result.push(client[index] as string, client[index + 1] as string);
  }
  for (const [name, value] of Object.entries(set)) if (!notForwarded.has(name)) result.push(name, value);
  return result;
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[._]/g, '-');
}

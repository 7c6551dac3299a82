import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint } from '@ingresskit/proxy';
import { UnusableInput } from '../command-io.ts';

/** A place to listen at or to connect to. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, with IPv6 addresses in brackets; `PORT` alone means this machine only.
 *
 * @throws UnusableInput
 */
export function readHostPort(option: string, text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$|^(\d{1,5})$/.exec(text);
  const number = Number(match?.[3] ?? match?.[4] ?? Number.NaN);
  if (match === null || !(number <= 65_535)) throw new UnusableInput(`${option}: "${text}" is not HOST:PORT`);
  return { host: match[1] ?? (match[2] === undefined || match[2] === '' ? '127.0.0.1' : match[2]), port: number };
}

/** `http://127.0.0.1:8080`. */
export function formatUrl(scheme: string, { host, port }: HostPort): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Reads `NAMESPACE/SERVICE:PORT=HOST:PORT`, as often as it is given; names are looked up once.
 *
 * @returns endpoints by Service port, as `withEndpoints` takes them.
 * @throws UnusableInput
 */
export async function readEndpoints(texts: readonly string[]): Promise<ReadonlyMap<string, readonly Endpoint[]>> {
  const endpoints = new Map<string, Endpoint[]>();
  for (const text of texts) {
    const [, key, place] = /^([a-z0-9.-]+\/[a-z0-9.-]+:[a-z0-9-]+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || place === undefined) throw new UnusableInput(`--endpoint: "${text}" is not NAMESPACE/SERVICE:PORT=HOST:PORT`);
    const { host, port } = readHostPort('--endpoint', place);
    const list = endpoints.get(key) ?? [];
    for (const address of isIP(host) === 0 ? await addressesOf(host) : [host]) list.push({ address, port, ready: true });
    endpoints.set(key, list);
  }
  return endpoints;
}

async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    const found = await lookup(name, { all: true });
    return found.map(({ address }) => address);
  } catch {
    throw new UnusableInput(`--endpoint: the host "${name}" has no address`);
  }
}

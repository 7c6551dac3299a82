import type { Scene, SceneRequest } from './scene.ts';
import type { Location, Server } from './servers.ts';
import { serversOf } from './servers.ts';

/** Where a request arrives on a host whose paths are patterns. */
export interface Place {
  readonly server: Server;
  readonly location: Location;
  /** The path as nginx compares it: decoded, each byte a character. */
  readonly path: string;
}

/**
 * The location of a request on a host in pattern mode, found with JavaScript's own patterns. Known differences ask for it, to be sure that they are about
 * the request at hand; nothing is compared with it.
 */
export function placeOf({ ingresses }: Scene, { target, hosts }: SceneRequest): Place | undefined {
  const server = serverFor(serversOf(ingresses), hosts[0] ?? '');
  const path = decodedPath(target);
  if (server?.inPatternMode !== true || path === undefined) return undefined;
  const location = server.locations.find((candidate) => new RegExp(`^${candidate.path}`, 'is').test(path));
  return location === undefined ? undefined : { server, location, path };
}

function serverFor(servers: readonly Server[], line: string): Server | undefined {
  const host = line
    .toLowerCase()
    .replace(/:[^:\]]*$/, '')
    .replace(/\.$/, '');
  const wildcard = /^[\w-]+(\..+)$/.exec(host)?.[1];
  return (
    servers.find((server) => server.host === host) ??
    servers.find((server) => server.host === `*${wildcard}`) ??
    servers.find((server) => server.host === '_')
  );
}

/** Percent triplets decoded, slashes merged, dot segments resolved; `undefined` where nginx would refuse the path. */
export function decodedPath(target: string): string | undefined {
  const [written = ''] = target.split(/[?#]/, 1);
  if (/%(?![0-9a-f]{2})|%00/i.test(written)) return undefined;
  const decoded = written.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const kept: string[] = [];
  const parts = decoded.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === '..' && kept.pop() === undefined) return undefined;
    if (part !== '.' && part !== '..' && (part !== '' || isLast)) kept.push(part);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}

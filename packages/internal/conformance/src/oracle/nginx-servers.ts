import type { Ingress } from '@ingresskit/resources';
import { emptyService } from './cluster.ts';
import { indented, literal, rewriteTarget, value } from './nginx-text.ts';
import type { Policies } from './policies.ts';
import { policiesOf } from './policies.ts';
import type { Location, Server } from './servers.ts';

/** What the configuration of a scene needs to know of its surroundings. */
export interface Surroundings {
  /** `address:port` that the scene listens on. */
  readonly listen: string;
  /** Told apart from other scenes in the same process. */
  readonly scene: number;
  /** Path of the htpasswd file of a Secret. */
  readonly passwordFile: (secret: string) => string;
  /** The number under which a location tells the backend who sent the request. */
  readonly ownerNumber: (location: Location) => number;
}

/** Locations that are never asked for a password and never sent to HTTPS (ingress-nginx.md §1.13). */
const exemptLocation = '/.well-known/acme-challenge';

/** The servers of a scene. */
export function serverLines(server: Server, surroundings: Surroundings): readonly string[] {
  const isDefault = server.host === '_';
  return [
    'server {',
    `  listen ${surroundings.listen}${isDefault ? ' default_server' : ''};`,
    `  server_name ${serverName(server.host)};`,
    ...(server.appRoot === undefined ? [] : [`  if ($uri = /) { return 302 ${literal(`$scheme://$http_host${server.appRoot}`)}; }`]),
    ...server.locations.flatMap((location) => indented(locationLines(location, server, surroundings))),
    '}',
  ];
}

/** §1.2: a wildcard stands for one label. */
function serverName(host: string): string {
  if (!host.startsWith('*.')) return literal(host);
  return literal(`~^[\\w-]+${host.slice(1).replaceAll('.', '\\.')}$`);
}

function locationLines(location: Location, server: Server, surroundings: Surroundings): readonly string[] {
  const policies = location.ingress === undefined ? undefined : policiesOf(location.ingress);
  return [
    `location ${locationMatch(location, server)} {`,
    ...indented(
      policies?.isDenied === true
        ? ['return 503;']
        : [
            ...(policies === undefined || location.ingress === undefined
              ? []
              : [...rewriteLines(location, server, policies), ...accessLines(location, policies, surroundings)]),
            ...proxyLines(location, policies, surroundings),
          ],
    ),
    '}',
  ];
}

function locationMatch({ path, isExact }: Location, { inPatternMode }: Server): string {
  if (inPatternMode) return `~* ${literal(`^${path}`)}`;
  return isExact ? `= ${literal(path)}` : literal(path);
}

/** §0.1 steps 4 and 5. What a rewrite makes cannot be seen by the redirects before it, so it stands last. */
function rewriteLines(location: Location, server: Server, policies: Policies): readonly string[] {
  const lines: string[] = [];
  const { redirect, sslRedirect, rewriteTarget: target } = policies;
  if (policies.relativeRedirects) lines.push('absolute_redirect off;');
  if (redirect !== undefined && location.isCatchAll !== true) lines.push(`return ${redirect.status} ${value(redirect.target)};`);
  const isExempt = location.path.startsWith(exemptLocation);
  if (sslRedirect !== undefined && !isExempt && (sslRedirect.isForced || server.hasTls)) {
    lines.push(`return 308 https://$host_without_port${sslRedirect.keepsSlash ? '$request_uri' : '$request_uri_without_slash'};`);
  }
  if (location.destination !== 'default' && location.destination.service === emptyService) lines.push('return 503;');
  if (isRewritten(location, target)) {
    // §12: it may name groups of the path, and what a rewrite leaves behind are the groups of its own pattern.
    lines.push(`rewrite ${literal(`(?i)${location.rulePath}`)} ${rewriteTarget(target)} break;`);
  }
  return lines;
}

function isRewritten({ rulePath, isCatchAll }: Location, target: string | undefined): target is string {
  return target !== undefined && target !== rulePath && isCatchAll !== true;
}

/** §0.1 steps 6 and 7. */
function accessLines(location: Location, policies: Policies, { passwordFile, scene }: Surroundings): readonly string[] {
  const { allow, deny, basicAuth, limits, connections } = policies;
  const zone = zoneOf(location.ingress as Ingress, scene);
  return [
    ...(connections === undefined ? [] : [`limit_conn conn_${zone} ${connections.most};`]),
    ...(limits === undefined ? [] : [`limit_req zone=rpm_${zone} burst=${limits.burst} nodelay;`]),
    ...deny.map((range) => `deny ${range};`),
    ...allow.map((range) => `allow ${range};`),
    ...(allow.length > 0 ? ['deny all;'] : []),
    ...(policies.satisfiesAny ? ['satisfy any;'] : []),
    ...(basicAuth === undefined || location.path.startsWith(exemptLocation)
      ? []
      : [`auth_basic ${value(basicAuth.realm)};`, `auth_basic_user_file ${literal(passwordFile(basicAuth.secret))};`]),
  ];
}

/** §14. */
function proxyLines(location: Location, policies: Policies | undefined, { ownerNumber }: Surroundings): readonly string[] {
  const { destination } = location;
  const asks = policies?.basicAuth !== undefined && !location.path.startsWith(exemptLocation);
  const prefix = isRewritten(location, policies?.rewriteTarget) ? policies?.forwardedPrefix : undefined;
  return [
    'include proxy.conf;',
    `proxy_set_header X-Oracle-Owner ${ownerNumber(location)};`,
    `proxy_set_header X-Oracle-Backend ${destination === 'default' ? 'default' : `${destination.namespace}/${destination.service}:${destination.port}`};`,
    ...(asks ? ['proxy_set_header Authorization "";'] : []),
    ...(prefix === undefined ? [] : [`proxy_set_header X-Forwarded-Prefix ${rewriteTarget(prefix)};`]),
    'proxy_pass http://backends;',
  ];
}

/** What tells the counters of an Ingress apart (§6). */
function zoneOf({ metadata }: Ingress, scene: number): string {
  return `${scene}_${metadata.namespace}_${metadata.name}`.replaceAll('-', '_');
}

/** The counters of a scene: for each client, and not for those on the allow list. */
export function zoneLines(ingresses: readonly Ingress[], scene: number): readonly string[] {
  return ingresses.flatMap((ingress) => {
    const { limits, connections } = policiesOf(ingress);
    if (limits === undefined && connections === undefined) return [];
    const zone = zoneOf(ingress, scene);
    const exempt = (limits ?? connections)?.exempt ?? [];
    return [
      `geo $remote_addr $exempt_${zone} { default 0; ${exempt.map((range) => `${range} 1;`).join(' ')} }`,
      `map $exempt_${zone} $key_${zone} { 0 $binary_remote_addr; 1 ""; }`,
      ...(connections === undefined ? [] : [`limit_conn_zone $key_${zone} zone=conn_${zone}:64k;`]),
      ...(limits === undefined ? [] : [`limit_req_zone $key_${zone} zone=rpm_${zone}:64k rate=${limits.perMinute}r/m;`]),
    ];
  });
}

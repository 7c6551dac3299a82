import type { AccessLogEntry } from './access-log-entry.ts';
import { redactTarget } from './redact.ts';

/** The line that ingress-nginx writes by default (its `upstreaminfo` format), for parsers and dashboards that expect it. */
export function formatAccessLogNginx(entry: AccessLogEntry): string {
  const { upstream } = entry;
  return [
    quiet(entry.clientAddress),
    '-',
    quiet(entry.user),
    `[${formatLocalTime(entry.startTime + entry.durationMs)}]`,
    `"${quiet(entry.method)} ${quiet(redactTarget(entry.path))} ${escapeText(entry.protocol)}"`,
    String(entry.status),
    String(entry.bytesSent),
    `"${quiet(entry.referer === undefined ? undefined : redactTarget(entry.referer))}"`,
    `"${quiet(entry.userAgent)}"`,
    String(entry.requestLength ?? entry.bytesReceived),
    seconds(entry.durationMs),
    `[${upstreamName(upstream?.cluster)}]`,
    `[${upstreamName(upstream?.alternative)}]`,
    ...triesOf(upstream),
    quiet(entry.requestId),
  ].join(' ');
}

/** Address, bytes, time and status of all tries: behind a comma the next server of a backend, behind a colon the next backend (ngx_http_upstream_module). */
function triesOf(upstream: AccessLogEntry['upstream']): readonly string[] {
  const { host, bytes, serviceTimeMs, status, lost = [], isLost = false } = upstream ?? {};
  const tries = [
    ...lost.map((one) => ({ host: one.endpoint, bytes: 0, timeMs: one.durationMs, status: one.status })),
    ...(isLost ? [] : [{ host, bytes, timeMs: serviceTimeMs, status }]),
  ];
  const column = (textOf: (of: (typeof tries)[number]) => string): string =>
    tries.map((one, index) => `${index === 0 ? '' : lost[index - 1]?.leftBackend === true ? ' : ' : ', '}${textOf(one)}`).join('');
  return [
    column((one) => quiet(one.host)),
    column((one) => (one.bytes === undefined ? '-' : String(one.bytes))),
    column(({ timeMs }) => (timeMs === undefined ? '-' : seconds(timeMs))),
    column((one) => (one.status === undefined ? '-' : String(one.status))),
  ];
}

/** `namespace/service:port` as `namespace-service-port`; nothing for none. */
function upstreamName(cluster = ''): string {
  return escapeText(cluster.replaceAll(/[/:]/g, '-'));
}

function quiet(value: string | undefined): string {
  return value === undefined || value === '' ? '-' : escapeText(value);
}

/** nginx's own escaping: quotes, backslashes, and every byte that is not printable ASCII, as `\xXX`. */
function escapeText(value: string): string {
  if (/^[ !#-[\]-~]*$/.test(value)) return value;
  let result = '';
  for (const byte of Buffer.from(value, 'utf8')) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    result += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `25/Nov/2026:02:45:55 +0000`: the controller's containers run in UTC. */
function formatLocalTime(time: number): string {
  const date = new Date(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')} +0000`;
}

import type { AccessLogEntry } from './access-log-entry.ts';
import { redactAuthority, redactTarget } from './redact.ts';
import { formatResponseFlags } from './response-flags.ts';

/** The longest text of a client that one key takes; the rest is cut off. */
const longest = 4_096;

/** One JSON object with the keys of Higress, so that users of MSE keep their parsers (reliability.md §5). What is unknown is `-`. */
export function formatAccessLogJson(entry: AccessLogEntry): string {
  const { upstream } = entry;
  const line = JSON.stringify({
    authority: text(redactAuthority(entry.authority)),
    bytes_received: entry.bytesReceived,
    bytes_sent: entry.bytesSent,
    downstream_local_address: text(entry.localAddress),
    downstream_remote_address: entry.clientPort === undefined ? text(entry.clientAddress) : withPort(entry.clientAddress, entry.clientPort),
    duration: Math.round(entry.durationMs),
    method: text(entry.method),
    path: text(redactTarget(entry.path)),
    protocol: entry.protocol,
    request_id: text(entry.requestId),
    requested_server_name: text(entry.serverName),
    response_code: entry.status,
    response_code_details: text(entry.details),
    response_flags: formatResponseFlags(entry.flags),
    route_name: text(entry.routeName),
    start_time: new Date(entry.startTime).toISOString(),
    trace_id: text(entry.traceId),
    upstream_cluster: text(upstream?.cluster),
    upstream_host: text(upstream?.host),
    upstream_local_address: text(upstream?.localAddress),
    upstream_service_time: upstream?.serviceTimeMs === undefined ? '-' : String(Math.round(upstream.serviceTimeMs)),
    upstream_transport_failure_reason: text(upstream?.failure),
    user_agent: text(entry.userAgent),
    x_forwarded_for: text(entry.forwardedFor),
  });
  // JSON leaves DEL, C1 controls and the two line separators as they are; terminals and line readers do not.
  return line.replaceAll(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function text(value: string | undefined): string {
  if (value === undefined || value === '') return '-';
  return value.length > longest ? value.slice(0, longest) : value;
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

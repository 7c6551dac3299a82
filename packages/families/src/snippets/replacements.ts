import type { Directive } from './read-directives.ts';

/** What stands for a directive in annotations. */
export interface Replacement {
  /** Names without prefix; empty where nothing does. */
  readonly annotations: readonly string[];
  /** Whether the directive keeps requests out: without it they get in. */
  readonly restricts: boolean;
}

type Row = readonly [directives: readonly string[], annotations: readonly string[], restricts?: true];

const rows: readonly Row[] = [
  [
    ['add_header', 'more_set_headers'],
    ['response-header-control-update', 'custom-headers'],
  ],
  [['more_clear_headers', 'proxy_hide_header'], ['response-header-control-remove']],
  [['proxy_set_header', 'grpc_set_header', 'more_set_input_headers'], ['request-header-control-update']],
  [['more_clear_input_headers'], ['request-header-control-remove']],
  [['rewrite'], ['rewrite-target', 'use-regex']],
  [['allow'], ['whitelist-source-range'], true],
  [['deny'], ['denylist-source-range', 'whitelist-source-range'], true],
  [['satisfy'], ['satisfy'], true],
  [['auth_basic', 'auth_basic_user_file'], ['auth-type', 'auth-secret', 'auth-realm'], true],
  [['auth_request', 'auth_request_set'], ['auth-url', 'auth-response-headers'], true],
  [['auth_jwt', 'limit_except', 'internal', 'secure_link', 'valid_referers'], [], true],
  [['limit_req', 'limit_req_status'], ['limit-rps', 'route-limit-rps', 'rate-limit'], true],
  [['limit_conn', 'limit_conn_status'], ['limit-connections', 'concurrency-limit'], true],
  [
    ['limit_rate', 'limit_rate_after'],
    ['limit-rate', 'limit-rate-after'],
  ],
  [['client_max_body_size'], ['proxy-body-size'], true],
  [['client_body_buffer_size'], ['client-body-buffer-size']],
  [
    ['ssl_verify_client', 'ssl_client_certificate', 'ssl_verify_depth', 'ssl_crl'],
    ['auth-tls-secret', 'auth-tls-verify-client', 'auth-tls-verify-depth'],
    true,
  ],
  [['ssl_ciphers'], ['ssl-ciphers', 'ssl-cipher']],
  [['ssl_protocols'], ['tls-min-protocol-version', 'tls-max-protocol-version']],
  [['ssl_prefer_server_ciphers'], ['ssl-prefer-server-ciphers']],
  [
    ['proxy_connect_timeout', 'grpc_connect_timeout'],
    ['proxy-connect-timeout', 'timeout'],
  ],
  [
    ['proxy_send_timeout', 'grpc_send_timeout'],
    ['proxy-send-timeout', 'timeout'],
  ],
  [
    ['proxy_read_timeout', 'grpc_read_timeout', 'send_timeout'],
    ['proxy-read-timeout', 'timeout'],
  ],
  [['proxy_next_upstream'], ['proxy-next-upstream']],
  [['proxy_next_upstream_tries'], ['proxy-next-upstream-tries']],
  [['proxy_next_upstream_timeout'], ['proxy-next-upstream-timeout']],
  [['proxy_buffering'], ['proxy-buffering']],
  [['proxy_buffers'], ['proxy-buffers-number']],
  [['proxy_buffer_size'], ['proxy-buffer-size']],
  [['proxy_busy_buffers_size'], ['proxy-busy-buffers-size']],
  [['proxy_max_temp_file_size'], ['proxy-max-temp-file-size']],
  [['proxy_request_buffering'], ['proxy-request-buffering']],
  [['proxy_http_version'], ['proxy-http-version']],
  [['proxy_cookie_path'], ['proxy-cookie-path']],
  [['proxy_cookie_domain'], ['proxy-cookie-domain']],
  [['proxy_redirect'], ['proxy-redirect-from', 'proxy-redirect-to']],
  [
    ['proxy_intercept_errors', 'error_page'],
    ['custom-http-errors', 'default-backend'],
  ],
  [['proxy_pass'], ['backend-protocol', 'destination']],
  [['proxy_ssl_certificate', 'proxy_ssl_certificate_key', 'proxy_ssl_trusted_certificate'], ['proxy-ssl-secret']],
  [['proxy_ssl_verify'], ['proxy-ssl-verify']],
  [['proxy_ssl_verify_depth'], ['proxy-ssl-verify-depth']],
  [['proxy_ssl_name'], ['proxy-ssl-name']],
  [['proxy_ssl_server_name'], ['proxy-ssl-server-name']],
  [['proxy_ssl_ciphers'], ['proxy-ssl-ciphers']],
  [['proxy_ssl_protocols'], ['proxy-ssl-protocols']],
  [['fastcgi_pass'], ['backend-protocol']],
  [['fastcgi_index'], ['fastcgi-index']],
  [['fastcgi_param'], ['fastcgi-params-configmap']],
  [['mirror'], ['mirror-target', 'mirror-target-service']],
  [['mirror_request_body'], ['mirror-request-body']],
  [['server_name'], ['server-alias']],
  [['access_log'], ['enable-access-log']],
  [['rewrite_log'], ['enable-rewrite-log']],
  [['modsecurity', 'modsecurity_rules', 'modsecurity_rules_file'], ['enable-modsecurity', 'enable-owasp-core-rules'], true],
  [['modsecurity_transaction_id'], ['modsecurity-transaction-id']],
  [['opentelemetry'], ['enable-opentelemetry']],
  [['opentelemetry_operation_name'], ['opentelemetry-operation-name']],
  [['opentelemetry_trust_incoming_spans'], ['opentelemetry-trust-incoming-span']],
  [['absolute_redirect'], ['relative-redirects']],
  [['port_in_redirect'], ['use-port-in-redirects']],
];

const byDirective: ReadonlyMap<string, Replacement> = new Map(
  rows.flatMap(([directives, annotations, restricts = false]) => directives.map((name) => [name, { annotations, restricts }] as const)),
);
const nothing: Replacement = { annotations: [], restricts: false };

/** What stands for a directive; `return` and request headers tell by their arguments. */
export function replacementOf({ name, args }: Directive): Replacement {
  if (name === 'return') return ofReturn(args);
  if ((name === 'proxy_set_header' || name === 'grpc_set_header') && args[0]?.toLowerCase() === 'host')
    return { annotations: ['upstream-vhost'], restricts: false };
  if ((name === 'proxy_set_header' || name === 'grpc_set_header') && args[1] === '')
    return { annotations: ['request-header-control-remove'], restricts: false };
  // Nobody can tell what a program does; where it runs tells whether it can keep requests out.
  if (/^(?:access|rewrite|preread|ssl_certificate|ssl_client_hello)_by_(?:lua|njs)/.test(name)) return { annotations: [], restricts: true };
  return byDirective.get(name) ?? nothing;
}

function ofReturn(args: readonly string[]): Replacement {
  const [first = ''] = args;
  const status = /^[0-9]{3}$/.test(first) ? Number(first) : 302;
  if (status >= 400) return { annotations: [], restricts: true };
  if (status === 301 || status === 308) return { annotations: ['permanent-redirect', 'permanent-redirect-code'], restricts: false };
  return { annotations: status >= 300 ? ['temporal-redirect', 'temporal-redirect-code'] : [], restricts: false };
}

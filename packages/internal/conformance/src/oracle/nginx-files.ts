/** The file that includes the scenes. `backends` is the address of the echo server. */
export function mainFile(scenes: readonly string[], backends: string, errorLog: string): string {
  return `daemon off;
master_process off;
error_log stderr notice;
pid nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  error_log "${errorLog}" error;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  server_tokens off;
  port_in_redirect off;
  keepalive_requests 100000;
  server_names_hash_bucket_size 128;
  variables_hash_max_size 4096;
  geo $dollar { default "$"; }
  map $http_host $host_without_port { "~^(?<name>\\[[^\\]]*\\]|[^:]*)" $name; default $host; }
  map $request_uri $request_uri_without_slash { "~^(?<kept>.*)/$" $kept; default $request_uri; }
  upstream backends { server ${backends}; keepalive 64; }
${scenes.map((file) => `  include "${file}";`).join('\n')}
}
`;
}

/** What every location sends to its backend (ingress-nginx.md §14). The listener stands for the one on port 80. */
export const proxyFile = `proxy_http_version 1.1;
proxy_buffer_size 16k;
proxy_buffers 4 16k;
proxy_busy_buffers_size 24k;
proxy_set_header Connection "";
proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Host $http_host;
proxy_set_header X-Forwarded-Port 80;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Scheme $scheme;
proxy_set_header X-Scheme $scheme;
proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for;
proxy_set_header X-Original-Forwarded-Host $http_x_forwarded_host;
proxy_set_header Proxy "";
`;

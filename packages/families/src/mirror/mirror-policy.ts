import type { Backend } from '@ingresskit/route-table';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import type { MirrorUrl } from './mirror-url.ts';

/** Where copies of requests go. Answers to copies are thrown away. */
export type MirrorPolicy = ServiceMirror | HostMirror | UrlMirror;

export interface ServiceMirror {
  readonly kind: 'service';
  readonly backend: Backend;
  readonly percent: number;
}

export interface HostMirror {
  readonly kind: 'host';
  readonly host: string;
  readonly port: number;
  readonly percent: number;
}

export interface UrlMirror {
  readonly kind: 'url';
  readonly url: MirrorUrl;
  /** The Host of the copy; absent: that of the URL. */
  readonly host?: NginxTemplate;
  readonly body: boolean;
}

/** What the decision says of a mirror (cli-contract.md §1). One of `service` with `port`, `host` with `port`, or `url` names the target. */
export interface DeclaredMirror {
  /** `namespace/name`. */
  readonly service?: string;
  readonly host?: string;
  readonly port?: number | string;
  readonly url?: string;
  /** The Host of the copy; absent: that of the request with `hostSuffix`. */
  readonly upstreamHost?: string;
  readonly hostSuffix?: string;
  readonly percent: number;
  /** `false`: the copy has no body. */
  readonly body?: false;
}

/** The Host of a copy: the suffix stands before the port (mse.md §2.11). */
export function shadowHost(host: string, suffix: string): string {
  const port = /:[0-9]*$/.exec(host)?.[0] ?? '';
  return `${host.slice(0, host.length - port.length)}${suffix}${port}`;
}

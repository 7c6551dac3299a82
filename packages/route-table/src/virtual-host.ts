import type { ObjectRef } from '@ingresskit/resources';
import type { Policies } from './policies.ts';
import type { Denial, Route } from './route.ts';

/** All routes of one host name, in the order they are tried. */
export interface VirtualHost {
  /** Lower case; `*.example.com` for a wildcard; `*` for every host. */
  readonly host: string;
  readonly routes: readonly Route[];
  /** Host-scoped policies: they hold for every route of the host unless a family says that the route's own policy replaces them. */
  readonly policies: Policies;
  /** The certificate the host is served with; absent means plain HTTP only. */
  readonly tls?: HostTls;
  /** It is served over TLS with the gateway's own certificate, since a TLS section asks for TLS and names none for it. */
  readonly defaultCertificate?: true;
  /** The host it was added for, by a policy of that host. */
  readonly addedFor?: string;
  readonly denied?: Denial;
}

/** Which Secret serves a host over TLS. */
export interface HostTls {
  readonly secret: { readonly namespace: string; readonly name: string };
  /** The Ingress whose `spec.tls` named it. */
  readonly ingress: ObjectRef;
  /** False when the Secret is not among the resources. */
  readonly found: boolean;
}

import type { Denied, Family, ResolveContext, TlsVersion } from '@ingresskit/annotations';
import { defineFamily, field, int, onOff, secretRef } from '@ingresskit/annotations';
import type { Sensitive } from '@ingresskit/resources';
import { cipherString } from '../server-tls/ciphers.ts';
import { protocolList, serverName } from './codecs.ts';
import { credentialOf } from './credential.ts';
import { upstreamTlsDiagnostics } from './diagnostics.ts';

/** A certificate chain and its key, PEM. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

/** How the gateway speaks TLS with the Pods of a Service. */
export interface UpstreamTlsPolicy {
  /** Whether a Secret was given: on some gateways that alone makes it TLS. */
  readonly hasSecret: boolean;
  /** What decisions declare as `upstreamTls`: always the same object, so that runtimes may remember connections by it. */
  readonly terms: UpstreamTlsTerms;
}

export interface UpstreamTlsTerms {
  readonly verify: boolean;
  /** Sent as SNI. */
  readonly serverName?: string;
  /** Looked for in the certificate where no SNI is sent. */
  readonly verifyName?: string;
  /** Certificates between the Pod's and its authority. */
  readonly depth?: number;
  /** PEM; absent: those that the runtime trusts. */
  readonly authority?: string;
  /** What the gateway shows. Lost in serialisation: then it shows nothing. */
  readonly credential?: Sensitive<Credential>;
  readonly ciphers?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.13, higress.md A.6 and §16). */
export interface UpstreamTlsSettings {
  /** Which protocols a Secret turns into TLS: all, all but HTTP, or none. */
  readonly secretImpliesTls: 'always' | 'not-http' | 'never';
  /** Whether the other annotations act without a Secret. */
  readonly needsSecret: boolean;
  /** Whether a Secret means that the Pod's certificate is verified, whatever is written. */
  readonly secretVerifies: boolean;
  /** Where nothing is written. */
  readonly defaults: Partial<Pick<UpstreamTlsTerms, 'depth' | 'minVersion' | 'maxVersion'>>;
}

const settings: UpstreamTlsSettings = { secretImpliesTls: 'always', needsSecret: false, secretVerifies: false, defaults: {} };
/** The same protocol over TLS. */
const secured: Readonly<Record<string, string>> = { HTTP: 'HTTPS', HTTP2: 'HTTP2S', GRPC: 'GRPCS' };

/**
 * TLS towards the Pods of a Service: the gateway's own certificate, whether and by which name the Pod's is verified, SNI. `on` verifies and `off` does not, on
 * every gateway (reliability.md §2.6, CVE-2025-66491). A Secret that cannot be had closes the routes.
 */
export const upstreamTls: Family<'upstream-tls', UpstreamTlsPolicy> = defineFamily({
  name: 'upstream-tls',
  title: 'TLS towards a Service',
  scope: 'backend',
  phase: 'forward',
  settings,
  fields: {
    secret: field('proxy-ssl-secret', secretRef(), {
      doc: 'The Secret with the certificate that the gateway shows to Pods (tls.crt, tls.key), and with the authority of theirs (ca.crt).',
      example: 'default/gateway-client',
      badExample: 'a/b/c',
      scope: 'service',
      risk: 'Medium',
      onInvalid: 'deny-route',
    }),
    verify: field('proxy-ssl-verify', onOff(), {
      doc: 'Whether the certificates of Pods are verified.',
      default: false,
      example: 'on',
      badExample: 'true',
      scope: 'service',
      risk: 'Low',
    }),
    depth: field('proxy-ssl-verify-depth', int({ min: 0, max: 100 }), {
      doc: "How many certificates may stand between the Pod's and its authority; 0 means 1.",
      example: '2',
      badExample: 'two',
      scope: 'service',
      risk: 'Low',
    }),
    name: field('proxy-ssl-name', serverName, {
      doc: "The name that a Pod's certificate must have, and that is sent as SNI.",
      example: 'cart.internal.example.com',
      badExample: 'cart example',
      scope: 'service',
      risk: 'High',
    }),
    serverName: field('proxy-ssl-server-name', onOff(), {
      doc: 'Whether the name is sent as SNI.',
      default: false,
      example: 'on',
      badExample: 'true',
      scope: 'service',
      risk: 'Low',
    }),
    ciphers: field('proxy-ssl-ciphers', cipherString, {
      doc: 'The cipher suites towards Pods.',
      example: 'HIGH:!aNULL',
      badExample: 'HIGH;',
      scope: 'service',
      risk: 'Medium',
    }),
    protocols: field('proxy-ssl-protocols', protocolList, {
      doc: 'The TLS versions towards Pods.',
      example: 'TLSv1.2 TLSv1.3',
      badExample: 'SSLv3',
      scope: 'service',
      risk: 'Low',
    }),
  },
  diagnostics: upstreamTlsDiagnostics,
  resolve(values, context) {
    const { secret, verify, depth, name, serverName, ciphers, protocols } = values;
    const { needsSecret, secretVerifies, defaults } = context.settings;
    if (secret === undefined && needsSecret) {
      context.report('needs-secret', {
        message: 'proxy-ssl-secret is missing, and without it this gateway reads no other proxy-ssl annotation.',
        help: 'Add proxy-ssl-secret with "namespace/name" of a Secret.',
      });
      return undefined;
    }
    const found =
      secret === undefined ? {} : credentialOf(secret, { needsAuthority: needsSecret && verify, namespaceRequired: needsSecret }, context);
    if (isDenied(found)) return found;
    if (serverName && name === undefined) reportNoName(context);
    const verifies = verify || (secretVerifies && secret !== undefined);
    const sni = serverName ? name : undefined;
    const limits = protocols === undefined ? {} : { minVersion: protocols[0], maxVersion: protocols[1] };
    const terms: UpstreamTlsTerms = {
      verify: verifies,
      ...(sni === undefined ? {} : { serverName: sni }),
      ...(name === undefined || sni !== undefined ? {} : { verifyName: name }),
      ...defaults,
      ...(depth === undefined ? {} : { depth: Math.max(depth, 1) }),
      ...found,
      ...(ciphers === undefined ? {} : { ciphers }),
      ...limits,
    };
    const isPlain =
      secret === undefined && !verify && sni === undefined && name === undefined && ciphers === undefined && protocols === undefined;
    return isPlain ? undefined : { hasSecret: secret !== undefined, terms };
  },
  request({ hasSecret, terms }, exchange) {
    const { secretImpliesTls } = exchange.settings as unknown as UpstreamTlsSettings;
    const { upstreamProtocol: protocol } = exchange;
    const implied = hasSecret && secretImpliesTls !== 'never' && !(secretImpliesTls === 'not-http' && protocol === 'HTTP');
    if (implied && Object.hasOwn(secured, protocol)) exchange.setUpstreamProtocol(secured[protocol] ?? protocol);
    if (/^(?:HTTPS|HTTP2S|GRPCS)$/.test(exchange.upstreamProtocol)) exchange.declare('upstreamTls', terms);
    else exchange.note(`${protocol} is no TLS, so the settings for it do nothing`);
    return undefined;
  },
});

function isDenied(found: object): found is Denied {
  return 'denied' in found;
}

function reportNoName(context: ResolveContext<UpstreamTlsSettings>): void {
  context.report('no-name', {
    field: 'serverName',
    message: 'proxy-ssl-name is missing, so there is no name to send; no SNI is sent.',
    help: 'Add proxy-ssl-name.',
  });
}

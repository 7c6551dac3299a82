import type { Family, ResolveContext } from '@ingresskit/annotations';
import { configMapRef, defineFamily, field, oneOf } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { referenceDiagnostics } from '../references/index.ts';
import type { FastCgiPolicy } from './fastcgi.ts';
import { declaredFastCgi, fileName, paramsOf } from './fastcgi.ts';

/** What the Pods of a Service speak. */
export interface BackendProtocolPolicy {
  /** As the annotation names it, in capitals; `AUTO_HTTP` is what the client speaks. Absent: as the Service says, or `HTTP`. */
  readonly protocol?: string;
  readonly httpVersion?: '1.0' | '1.1';
  readonly fastcgi?: FastCgiPolicy;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §1.3, higress.md A.6). */
export interface BackendProtocolSettings {
  /** The protocols that the gateway speaks; others mean HTTP. */
  readonly protocols: readonly string[];
}

const settings: BackendProtocolSettings = { protocols: ['HTTP', 'HTTP2', 'HTTPS', 'GRPC', 'GRPCS'] };

/**
 * The protocol towards a Service, for all Ingresses that use it. Spelling in small letters counts too, where ingress-nginx gives such a gRPC or FastCGI
 * backend only half of its treatment (ingress-nginx.md §18).
 */
export const backendProtocol: Family<'backend-protocol', BackendProtocolPolicy> = defineFamily({
  name: 'backend-protocol',
  title: 'Protocol towards a Service',
  scope: 'backend',
  phase: 'forward',
  settings,
  fields: {
    protocol: field(
      'backend-protocol',
      oneOf(['HTTP', 'HTTP2', 'HTTPS', 'GRPC', 'GRPCS', 'AUTO_HTTP', 'FCGI', 'AJP'], { ignoreCase: true }),
      {
        doc: 'What the Pods of the Service speak.',
        example: 'GRPC',
        badExample: 'TCP',
        scope: 'service',
        risk: 'Low',
      },
    ),
    httpVersion: field('proxy-http-version', oneOf(['1.0', '1.1']), {
      doc: 'The HTTP version towards Pods that speak HTTP or HTTPS; without it 1.1.',
      example: '1.0',
      badExample: '2',
      scope: 'ingress',
      risk: 'Low',
    }),
    index: field('fastcgi-index', fileName, {
      doc: 'The file that a FastCGI process runs for a path that ends in "/".',
      example: 'index.php',
      badExample: '../index.php',
      scope: 'ingress',
      risk: 'Medium',
    }),
    params: field('fastcgi-params-configmap', configMapRef(), {
      doc: 'A ConfigMap, `name` or `namespace/name`, whose entries are parameters for the FastCGI process; the values may hold variables, `$fastcgi_script_name` among them.',
      example: 'default/php-params',
      badExample: 'a/b/c',
      scope: 'ingress',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('backend-protocol', {
    'not-spoken': {
      severity: 'warning',
      consequence: 'default-used',
      title: 'The gateway does not speak the protocol',
      doc: 'Another gateway knows this protocol, and this one does not. Requests go out as plain HTTP, or as the name of the Service port says.',
    },
    'fastcgi-not-used': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'FastCGI is tuned, and the backend speaks another protocol',
      doc: 'The annotations fastcgi-index and fastcgi-params-configmap act with backend-protocol FCGI only.',
    },
    'param-not-valid': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'A FastCGI parameter cannot be sent',
      doc: 'An entry of the ConfigMap has a name or value that is not accepted, or a variable that cannot be known. The process may decide by it, so the routes answer 503 until it is corrected.',
    },
    ...referenceDiagnostics('ConfigMap', {
      role: 'FastCGI parameters',
      without: 'The process may decide by them, so the routes answer 503.',
      severity: 'error',
      consequence: 'route-denied',
    }),
  }),
  resolve({ protocol, httpVersion, index, params }, context) {
    const spoken = protocol === undefined || context.settings.protocols.includes(protocol) ? protocol : undefined;
    if (protocol !== spoken) reportNotSpoken(protocol, context);
    const isFastCgi = spoken === 'FCGI';
    for (const unused of isFastCgi ? [] : ['index', 'params'].filter((name) => context.present(name))) {
      context.report('fastcgi-not-used', {
        field: unused,
        message: 'It acts with backend-protocol FCGI only.',
        help: 'Add backend-protocol "FCGI", or remove the annotation.',
      });
    }
    const found = isFastCgi && params !== undefined ? paramsOf(params, context) : [];
    if ('denied' in found) return found;
    if (spoken === undefined && httpVersion === undefined) return undefined;
    return {
      ...(spoken === undefined ? {} : { protocol: spoken }),
      ...(httpVersion === undefined ? {} : { httpVersion }),
      ...(isFastCgi ? { fastcgi: { ...(index === undefined ? {} : { index }), params: found } } : {}),
    };
  },
  request({ protocol, httpVersion, fastcgi }, exchange) {
    if (protocol !== undefined) {
      exchange.setUpstreamProtocol(protocol === 'AUTO_HTTP' ? exchange.request.scheme.toUpperCase() : protocol);
    }
    if (httpVersion !== undefined) exchange.declare('httpVersion', httpVersion);
    if (fastcgi !== undefined) exchange.declare('fastcgi', declaredFastCgi(fastcgi, exchange));
    return undefined;
  },
});

function reportNotSpoken(protocol: string | undefined, context: ResolveContext<BackendProtocolSettings>): void {
  context.report('not-spoken', {
    field: 'protocol',
    message: `This gateway does not speak ${protocol}; requests go out as plain HTTP, or as the name of the Service port says.`,
    help: `Use ${context.settings.protocols.join(', ')}.`,
    data: { protocol },
  });
}

import type { Exchange, Family, ResolveContext } from '@ingresskit/annotations';
import { defineFamily, field, hostName, int, onOff, serviceRef, url } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { destinationProblem } from '../destinations/index.ts';
import { evaluateTemplate, namesOfVariables, nginxTemplate, unknownVariables } from '../nginx-variables/index.ts';
import { referenceDiagnostics, resolveReference } from '../references/index.ts';
import type { DeclaredMirror, MirrorPolicy, UrlMirror } from './mirror-policy.ts';
import { mirrorUrl } from './mirror-url.ts';

const hostSuffix = '-shadow';
const plainUrl = url();
const plainHost = hostName();

/**
 * Copies of requests for a second backend, whose answers nobody sees (mse.md §2.11, higress.md A.15, ingress-nginx.md §9). The data plane sends the
 * copies and draws the percentage.
 */
export const mirror: Family<'mirror', MirrorPolicy> = defineFamily({
  name: 'mirror',
  title: 'Copies of requests',
  scope: 'route',
  phase: 'mirror',
  fields: {
    service: field('mirror-target-service', serviceRef(), {
      doc: 'The Service that gets the copies; without a port its first one.',
      dialect: 'mse',
      example: 'shadow/cart-v2:8080',
      badExample: 'a/b/c',
      risk: 'Medium',
    }),
    percent: field('mirror-percentage', int({ min: 0, max: 100 }), {
      doc: 'The share of the requests that is copied; 0 is none.',
      dialect: 'mse',
      default: 100,
      example: '10',
      badExample: '101',
      since: '1.2.32',
      risk: 'Low',
      // Its default copies everything, which nobody meant who wrote a number.
      onInvalid: 'ignore-family',
    }),
    fqdn: field('mirror-target-fqdn', hostName(), {
      doc: 'A host outside the cluster that gets the copies; it wins over the Service.',
      dialect: 'twin',
      example: 'shadow.example.com',
      badExample: 'https://shadow.example.com',
      risk: 'High',
    }),
    fqdnPort: field('mirror-target-fqdn-port', int({ min: 1, max: 65_535 }), {
      doc: 'The port of that host.',
      dialect: 'twin',
      default: 80,
      example: '8080',
      badExample: 'http',
      risk: 'Low',
    }),
    target: field('mirror-target', mirrorUrl, {
      doc: 'A URL that gets the copies, with nginx variables behind its host.',
      example: 'https://test.example.com$request_uri',
      badExample: 'https://$host/',
      scope: 'ingress',
      risk: 'High',
    }),
    body: field('mirror-request-body', onOff(), {
      doc: 'Whether copies carry the body.',
      default: true,
      example: 'off',
      badExample: 'false',
      scope: 'ingress',
      risk: 'Low',
    }),
    host: field('mirror-host', nginxTemplate(), {
      doc: 'The Host of the copies; without it that of the target.',
      example: 'test.example.com',
      badExample: 'test.example.com$',
      scope: 'ingress',
      risk: 'High',
    }),
  },
  diagnostics: defineDiagnostics('mirror', {
    ...referenceDiagnostics('Service', {
      role: 'the copies',
      without: 'Nothing is copied.',
      severity: 'warning',
      consequence: 'family-ignored',
    }),
    'no-target': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'Details of a mirror without a target',
      doc: 'A share, a body or a host says how requests are copied, and no annotation says where to. Nothing is copied.',
    },
    'no-port': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'The Service has no port',
      doc: 'Copies need a port of the Service. Nothing is copied until it has one.',
    },
    'port-not-found': {
      severity: 'warning',
      consequence: 'default-used',
      title: 'The Service does not have the port',
      doc: 'The port of the reference is none of the Service, so its first port gets the copies, as on the reference gateway. Correct the port.',
    },
    'service-hidden': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'mirror-target-fqdn hides mirror-target-service',
      doc: 'Requests are copied once, and the host outside the cluster wins. Remove one of the two.',
    },
    'forbidden-target': {
      severity: 'error',
      consequence: 'family-ignored',
      title: 'Copies may not go there',
      doc: 'The target is a place that no tenant may send requests of the gateway to: the gateway itself, a metadata service, the API server, another namespace. Nothing is copied.',
    },
    'unknown-variable': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'The target has a variable that requests do not tell',
      doc: 'The URL or host of the copies would depend on a value that is not known. Nothing is copied.',
    },
  }),
  resolve({ service, percent, fqdn, fqdnPort, target, body, host }, context) {
    if (fqdn !== undefined) {
      if (service !== undefined) {
        context.report('service-hidden', {
          field: 'service',
          message: `mirror-target-fqdn is set too and acts alone: ${fqdn}.`,
          help: 'Remove mirror-target-service or mirror-target-fqdn.',
        });
      }
      const name = fqdn.replace(/:[0-9]+$/, '');
      const port = Number(/:([0-9]+)$/.exec(fqdn)?.[1] ?? fqdnPort);
      if (isForbidden('fqdn', name, port, context)) return undefined;
      return { kind: 'host', host: name, port, percent };
    }
    if (service !== undefined) return serviceMirror(service, percent, context);
    if (target !== undefined) {
      const unknown = unknownVariables([...target.template, ...(host ?? [])]);
      if (unknown.length > 0) {
        context.report('unknown-variable', {
          field: 'target',
          message: `The value of ${namesOfVariables(unknown)} is not known from a request; nothing is copied.`,
          help: 'Use variables of the request, for example "$request_uri".',
          data: { variables: unknown },
        });
        return undefined;
      }
      if (isForbidden('target', target.host, target.port, context)) return undefined;
      return { kind: 'url', url: target, ...(host === undefined ? {} : { host }), body };
    }
    const detail = (['percent', 'fqdnPort', 'body', 'host'] as const).find((name) => context.present(name));
    if (detail !== undefined) {
      context.report('no-target', {
        field: detail,
        message: `${context.keyOf(detail) ?? detail} says how requests are copied, and no annotation says where to; nothing is copied.`,
        help: 'Add the annotation with the target, or remove this one.',
      });
    }
    return undefined;
  },
  request(policy, exchange) {
    if (policy.kind !== 'url' && policy.percent === 0) {
      exchange.note('no request is copied');
      return undefined;
    }
    const declared = declaredMirror(policy, exchange);
    if (typeof declared === 'string') exchange.note(`the request is not copied: ${declared}`);
    else exchange.declare('mirror', [declared]);
    return undefined;
  },
});

type Context = ResolveContext<object>;

function serviceMirror(
  ref: { readonly namespace?: string; readonly name: string; readonly port?: number | string },
  percent: number,
  context: Context,
): MirrorPolicy | undefined {
  const found = resolveReference('Service', ref, context);
  if (!found.ok) {
    context.report(found.diagnostic, {
      field: 'service',
      message: `${found.problem}; nothing is copied.`,
      help: found.help,
      data: found.data,
    });
    return undefined;
  }
  const ports = found.object.spec?.ports ?? [];
  const first = ports[0]?.port;
  if (first === undefined) {
    context.report('no-port', {
      field: 'service',
      message: `${found.what} has no port; nothing is copied.`,
      help: 'Give the Service a port.',
    });
    return undefined;
  }
  const port = ref.port === undefined ? first : ports.find(({ port, name }) => port === ref.port || name === ref.port)?.port;
  if (port === undefined) {
    context.report('port-not-found', {
      field: 'service',
      message: `${found.what} has no port "${ref.port}"; its first port, ${first}, gets the copies.`,
      help: `Write one of its ports: ${ports.map((each) => each.port).join(', ')}.`,
    });
  }
  return { kind: 'service', backend: { namespace: found.namespace, service: found.name, port: port ?? first }, percent };
}

/** SSRF guard: a tenant's word must not lead the gateway into places that the tenant cannot reach (reliability.md §2.5). */
function isForbidden(fieldName: 'fqdn' | 'target', host: string, port: number | undefined, context: Context): boolean {
  const allowNamespace = (namespace: string): boolean => context.lookups.mayRefer(context.namespace, 'Service', namespace);
  const problem = destinationProblem({ host, port }, { allowNamespace });
  if (problem === undefined) return false;
  context.report('forbidden-target', {
    field: fieldName,
    message: `The target ${problem.message}; nothing is copied.`,
    ...(problem.help === undefined ? {} : { help: problem.help }),
    data: { host },
  });
  return true;
}

/** The mirror for one request, or why there is none. */
function declaredMirror(policy: MirrorPolicy, exchange: Exchange): DeclaredMirror | string {
  switch (policy.kind) {
    case 'service': {
      const { namespace, service, port } = policy.backend;
      return { service: `${namespace}/${service}`, port, percent: policy.percent, hostSuffix };
    }
    case 'host':
      return { host: policy.host, port: policy.port, percent: policy.percent, hostSuffix };
    case 'url':
      return urlOf(policy, exchange);
  }
}

function urlOf({ url: target, host, body }: UrlMirror, exchange: Exchange): DeclaredMirror | string {
  const { text } = evaluateTemplate(target.template, exchange);
  const result = plainUrl.parse(text);
  // What the request put in must not have changed the host.
  if (!result.ok || result.value.host !== target.host) return 'its values make no URL of the target';
  const upstreamHost = host === undefined ? undefined : evaluateTemplate(host, exchange).text;
  if (upstreamHost !== undefined && !plainHost.parse(upstreamHost).ok) return 'its values make no Host';
  return { url: text, ...(upstreamHost === undefined ? {} : { upstreamHost }), percent: 100, ...(body ? {} : { body: false as const }) };
}

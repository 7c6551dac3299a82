import type { FieldPath, ObjectRef, Span } from '@ingresskit/resources';
import type { Explanation } from 'ingresskit';

const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** An explanation for programs: each step with its place in the manifests, and the request without its credentials. */
export function explanationJson(
  { request, decision, steps }: Explanation,
  spanOf: (object: ObjectRef, path: FieldPath | undefined) => Span | undefined,
): Readonly<Record<string, unknown>> {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name,
    secretHeaders.has(name.toLowerCase()) ? '[redacted]' : value,
  ]);
  return {
    request: { ...request, ...(request.headers === undefined ? {} : { headers: Object.fromEntries(headers) }) },
    decision,
    steps: steps.map((step) => {
      const span = step.object === undefined ? undefined : spanOf(step.object, step.path);
      return span === undefined ? step : { ...step, span };
    }),
  };
}

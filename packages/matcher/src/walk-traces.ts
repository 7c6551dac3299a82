import type { Outcome } from '@ingresskit/annotations';
import type { Backend, Provenance } from '@ingresskit/route-table';
import { fieldOf } from '@ingresskit/route-table';
import type { FilterStep } from './plan.ts';
import type { TraceStep } from './trace.ts';

/** What a filter did, in words: the notes it left, and its outcome. */
export function filterTrace(
  { family, phase }: FilterStep,
  outcome: Outcome | undefined,
  notes: readonly string[],
  provenance: Provenance,
): TraceStep {
  const key = provenance.annotations[family.name]?.[0];
  const message = [...notes, ...(outcome === undefined ? [] : [describe(outcome)])].join('; ');
  return {
    stage: phase,
    outcome: outcome !== undefined ? 'answered' : notes.length > 0 ? 'edited' : 'passed',
    message: message === '' ? 'Nothing to do.' : `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}.`,
    family: family.name,
    object: provenance.ingress,
    ...(key === undefined ? {} : { path: ['metadata', 'annotations', key] }),
  };
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'respond':
      return `the gateway answers ${outcome.status}`;
    case 'redirect':
      return `redirects with ${outcome.status} to ${outcome.location}`;
    case 'deny':
      return `closed: ${outcome.why}`;
    case 'reroute':
      return `goes to ${outcome.backend.namespace}/${outcome.backend.service} because of ${outcome.because}`;
    case 'tunnel':
      return `the connection goes to ${outcome.backend.namespace}/${outcome.backend.service} as it is`;
    case 'ask':
      return `asks: ${outcome.question.kind}`;
  }
}

/** A canary has no endpoint, and its primary has. */
export function canaryDown(canary: Backend, primary: Backend, { ingress: object }: Provenance): TraceStep {
  const message = `The canary ${canary.namespace}/${canary.service} has no usable endpoint; its primary ${primary.namespace}/${primary.service} takes the request.`;
  return { stage: 'endpoints', outcome: 'chosen', message, object };
}

/** The route stands for the paths that no rule has, and no backend is named for them. */
export function unrouted({ ingress: object }: Provenance): TraceStep {
  const message = 'No rule of the host has the path, and no default backend is named for it.';
  return { stage: 'endpoints', outcome: 'answered', message, object };
}

/** Nothing can take the request. */
export function noEndpoints(backend: Backend | undefined, provenance: Provenance): TraceStep {
  const message =
    backend === undefined ? 'The route has no backend.' : `${backend.namespace}/${backend.service}:${backend.port} has no usable endpoint.`;
  return { stage: 'endpoints', outcome: 'answered', message, object: provenance.ingress, path: fieldOf(provenance) };
}

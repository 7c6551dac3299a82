import fc from 'fast-check';
import { createGateway } from 'ingresskit';
import { describe, it } from 'vitest';
import { cluster, ingress } from '../generate/index.ts';
import { everyProfile, law } from './law.ts';
import { leavesTrace, traceableEdits } from './traces.ts';

describe.each(everyProfile)('%s', (name, profile) => {
  const gateway = createGateway({ profile, allowExternalNames: true });

  it('no annotation and no field of a spec can go or change without a trace', () => {
    law(`${name}: nothing is lost in silence`, fc.tuple(ingress(profile), cluster(profile)), 200, ([subject, objects]) => {
      const { metadata } = subject;
      const others = objects.filter(
        ({ kind, metadata: other }) => kind !== 'Ingress' || other.name !== metadata.name || other.namespace !== metadata.namespace,
      );
      for (const edit of traceableEdits(profile, subject)) {
        if (!leavesTrace(gateway, profile, subject, [...others, subject], edit)) throw new Error(`${JSON.stringify(edit)} leaves no trace`);
      }
    });
  });
});

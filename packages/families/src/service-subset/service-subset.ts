import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, labelSelector } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { LabelSelector, Subset } from '@ingresskit/route-table';
import { subsetName } from './subset-name.ts';

/** The pods of its Services that an Ingress uses. */
export interface ServiceSubsetPolicy {
  readonly subset: Subset;
}

const baseName = 'base';
const canaryLabel = 'opensergo.io/canary';

/**
 * Narrows every backend of an Ingress to the pods with certain labels (mse.md §2.3). Each canary has a subset of its own, or none. Where no pod
 * has the labels, all pods of the Service are used: the endpoints decide that, not the route.
 */
export const serviceSubset: Family<'service-subset', ServiceSubsetPolicy> = defineFamily({
  name: 'service-subset',
  title: 'Some pods of a Service, by label',
  scope: 'route',
  phase: 'locate',
  onAttached: 'own',
  fields: {
    subset: field('service-subset', subsetName, {
      doc: 'The subset of the pods behind each backend; blank or `base` means the base pods.',
      example: 'gray',
      badExample: 'gray pods',
      dialect: 'mse',
      since: '1.2.25',
      risk: 'Low',
    }),
    labels: field('subset-labels', labelSelector(), {
      doc: 'The labels that make a pod part of the subset, in place of those the name of the subset implies.',
      example: 'version gray',
      badExample: 'version',
      dialect: 'mse',
      since: '1.2.25',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('service-subset', {
    'labels-without-subset': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'subset-labels without service-subset',
      doc: 'The labels of a subset have an effect only beside the annotation service-subset, so all pods of the Service are used. Add service-subset with a name of your choice.',
    },
  }),
  resolve({ subset: name, labels }, context) {
    if (name === undefined) {
      if (labels === undefined) return undefined;
      context.report('labels-without-subset', {
        field: 'labels',
        message: 'subset-labels has no effect, since service-subset is missing or not valid: all pods of the Service are used.',
        help: 'Add the annotation service-subset with a name for these pods.',
      });
      return undefined;
    }
    const isBase = name === '' || name === baseName;
    return {
      subset: { name: isBase ? baseName : name, selectors: labels === undefined ? selectorsOf(name, isBase) : [{ equals: labels }] },
    };
  },
  shape({ subset }, draft) {
    // A backend that already names a subset keeps it.
    draft.backends = draft.backends.map((arm) =>
      arm.backend.subset === undefined ? { ...arm, backend: { ...arm.backend, subset } } : arm,
    );
    return undefined;
  },
});

function selectorsOf(name: string, isBase: boolean): readonly LabelSelector[] {
  return isBase
    ? [{ equals: { [canaryLabel]: '' } }, { noKeyWithPrefix: canaryLabel }]
    : [{ equals: { [`${canaryLabel}-${name}`]: name } }];
}

import type { AnnotationVerdict } from 'ingresskit';

/** How verdicts are shown, from good to bad. */
export const verdictWords: Readonly<Record<AnnotationVerdict, string>> = {
  acts: 'acts',
  'acts-with-limit': 'acts, with a limit',
  'no-effect': 'no effect',
  planned: 'planned',
  unsupported: 'unsupported',
  unlisted: 'not listed',
  'not-modelled': 'not modelled',
  unknown: '-',
};

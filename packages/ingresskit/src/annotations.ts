import type { AnnotationDescription } from '@ingresskit/annotations';
import { describeAnnotations } from '@ingresskit/annotations';
import { profiles } from './profiles.ts';

let described: readonly AnnotationDescription[] | undefined;

/**
 * Every annotation name that a built-in profile knows, with what each of them does with it: the rows of the annotation tables, sorted by name. For
 * profiles of your own, call `describeAnnotations` of `@ingresskit/annotations`.
 */
export function knownAnnotations(): readonly AnnotationDescription[] {
  described ??= describeAnnotations(Object.values(profiles).filter((profile) => profile !== undefined));
  return described;
}

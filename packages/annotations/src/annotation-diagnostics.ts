import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What reading annotations reports on behalf of every family. */
export const annotationDiagnostics: DiagnosticSet = defineDiagnostics('annotation', {
  'invalid-value': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'An annotation value does not follow its grammar',
    doc: 'The value is not one that the annotation accepts. What was done instead is part of the message: a default, nothing, or, for gates, a closed route. Correct the value.',
  },
  'partly-invalid': {
    severity: 'warning',
    consequence: 'none',
    title: 'A part of an annotation value was left out',
    doc: 'The annotation takes a list, and one of its items is not valid. The other items act. Correct or remove the item.',
  },
  unknown: {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'No gateway known here has this annotation',
    doc: 'The annotation stands under a prefix that this profile reads, and no family knows its name. It has no effect. Check the spelling.',
  },
  'wrong-prefix': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The annotation exists under another prefix only',
    doc: 'The gateway reads this name under other prefixes than the one used, so it has no effect here. Move it to the prefix that the message names.',
  },
  'no-effect': {
    severity: 'info',
    consequence: 'none',
    title: 'The gateway accepts the annotation and does nothing',
    doc: 'The annotation tunes something that this gateway does not have or does by itself. It can stay or go.',
  },
  planned: {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The gateway does not support the annotation yet',
    doc: 'The vendor lists the annotation as one to be supported later. Until then it has no effect. An annotation that keeps requests out is reported as an error, because without it they get in.',
  },
  unsupported: {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The gateway cannot support the annotation',
    doc: 'The annotation injects configuration text of nginx, which another gateway cannot run, or asks for something that this gateway does not have. Express the intent with what the message names.',
  },
  unlisted: {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'ingress-nginx has the annotation, this gateway does not list it',
    doc: 'The name is real in ingress-nginx and missing from the documentation of this gateway, so it has no effect.',
  },
  'not-modelled': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The gateway supports the annotation, this version of IngressKit does not model it',
    doc: 'On the real gateway the annotation acts; the compiled model leaves it out, so decisions may differ in what the annotation governs.',
  },
  'conflicting-prefixes': {
    severity: 'warning',
    consequence: 'none',
    title: 'Two prefixes set one annotation to different values',
    doc: 'The prefix that comes first in the profile wins. Remove one of the two.',
  },
  'unused-alias': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'An alias is ignored because the annotation itself is set',
    doc: 'Older spellings are read only when the current name is absent. Remove the alias.',
  },
  'no-policy': {
    severity: 'info',
    consequence: 'none',
    title: 'The annotations of a family do not amount to a policy',
    doc: 'The annotations are valid, and one that switches the family on is missing or false, so they have no effect.',
  },
  repeated: {
    severity: 'info',
    consequence: 'none',
    title: 'Two spellings of one annotation say the same',
    doc: 'The annotation stands under two prefixes with one value. Keep the one that the other gateways of the cluster read too.',
  },
  blank: {
    severity: 'info',
    consequence: 'none',
    title: 'A blank annotation gives way to another spelling',
    doc: 'The name is there without a value, so an older name, or the same name under another prefix, is read in its place. Remove the blank one.',
  },
  moot: {
    severity: 'info',
    consequence: 'none',
    title: 'An annotation changes nothing',
    doc: 'The annotation is valid, and the others of its family come to the same without it: another one wins over it, or it belongs to something that is not switched on. It can go, unless one of the others is the one that is not wanted.',
  },
  'primary-decides': {
    severity: 'info',
    consequence: 'field-ignored',
    title: 'A canary Ingress takes this policy from its primary',
    doc: 'On this gateway a canary Ingress contributes its conditions, its backend and a few policies of its own. The others come from the primary Ingress, so the annotation has no effect here.',
  },
  'other-owner': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'Another Ingress already decides this for the host or Service',
    doc: 'The setting holds for a whole host or Service, and only one Ingress can set it. The message names the one that does.',
  },
});

import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What reading the controller's ConfigMap reports. */
export const optionDiagnostics: DiagnosticSet = defineDiagnostics('option', {
  'invalid-value': {
    severity: 'warning',
    consequence: 'default-used',
    title: 'A value of the controller’s ConfigMap is not valid',
    doc: 'The controller uses the default of the key and writes a line to its log. A list that keeps clients out closes the gateway here instead, because a list that cannot be read must not be open. Correct the value.',
  },
  'partly-invalid': {
    severity: 'warning',
    consequence: 'none',
    title: 'A part of a value of the controller’s ConfigMap was left out',
    doc: 'The key takes a list, and one of its items is not valid. The other items act.',
  },
  'unknown-key': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The controller has no such key',
    doc: 'No key of this name is read from the ConfigMap. Check the spelling.',
  },
  'not-modelled': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The controller acts on the key, this version of IngressKit does not model it',
    doc: 'Decisions may differ from those of the controller in what the key governs.',
  },
  unsupported: {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The key holds or allows text of nginx’s own language',
    doc: 'Configuration text of nginx cannot be run here. Express the intent with annotations or other keys.',
  },
  'no-effect': {
    severity: 'info',
    consequence: 'none',
    title: 'No decision depends on the key',
    doc: 'The key tunes connections, buffers, logs or traces of the controller.',
  },
});

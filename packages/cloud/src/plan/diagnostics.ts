import { type DiagnosticDefinition, type DiagnosticSet, defineDiagnostics } from '@ingresskit/resources';

export type CloudProblemName =
  | 'invalid-purchase'
  | 'invalid-address-list'
  | 'invalid-namespace'
  | 'ambiguous-tracing'
  | 'invalid-sample-rate'
  | 'invalid-parameter'
  | 'unsupported-field'
  | 'several-classes'
  | 'gateway-not-found'
  | 'gateway-taken'
  | 'gateway-unusable'
  | 'gate-refused'
  | 'refused-step';

const rejected = { severity: 'error', consequence: 'object-rejected' } as const;
const ignored = { severity: 'warning', consequence: 'field-ignored' } as const;

const definitions: Readonly<Record<CloudProblemName, DiagnosticDefinition>> = {
  'invalid-purchase': {
    ...rejected,
    title: 'What is to be bought is not on offer',
    doc: 'A gateway costs money from its first minute, so nothing is created from a value outside the documented ones, not even with a default in its place. Correct the field; the gateway is created then.',
  },
  'invalid-address-list': {
    ...rejected,
    title: 'A gateway-wide address list cannot be read',
    doc: 'Without its list the gateway would serve everybody, so nothing is changed in the cloud until every entry is an address or a CIDR block. A gateway that exists keeps the list it has.',
  },
  'invalid-namespace': {
    ...rejected,
    title: 'The watched namespace is not one namespace',
    doc: 'The gateway watches one namespace or, with an empty text, all of them. A list would be taken for a name that no namespace has.',
  },
  'ambiguous-tracing': {
    ...ignored,
    title: 'Two kinds of tracing exclude each other',
    doc: 'xTrace and openTelemetry are both given; tracing is left as it is in the cloud. Keep one of them.',
  },
  'invalid-sample-rate': {
    ...ignored,
    title: 'The sample rate is not a percentage',
    doc: 'The rate is a text from "0" to "100". Tracing is left as it is in the cloud.',
  },
  'invalid-parameter': {
    ...ignored,
    title: 'A gateway parameter has no usable value',
    doc: 'The parameter is left as it is in the cloud.',
  },
  'unsupported-field': {
    ...ignored,
    title: 'A field the cloud API does not document',
    doc: 'The form in which the API takes this setting is not public, so it is not sent. Set it in the console; nothing here will undo it.',
  },
  'several-classes': {
    severity: 'warning',
    consequence: 'none',
    title: 'Several IngressClasses name one gateway',
    doc: 'A gateway listens to one class for each cluster. The class whose name comes first is used; point the others at gateways of their own.',
  },
  'gateway-not-found': {
    ...rejected,
    title: 'The gateway to take over does not exist',
    doc: 'spec.id names a gateway that this account does not have in this region. Nothing is created in its place.',
  },
  'gateway-taken': {
    ...rejected,
    title: 'The gateway belongs to another object of this cluster',
    doc: 'Two objects that write one gateway would undo each other. Use one object for each gateway.',
  },
  'gateway-unusable': {
    ...rejected,
    title: 'The gateway is in a state from which it does not recover by itself',
    doc: 'Its creation failed, it is suspended or it is being deleted. Delete the object to remove a gateway that was created for it, then create the object again.',
  },
  'gate-refused': {
    ...rejected,
    title: 'The cloud refuses an address list',
    doc: 'Listening is not turned on or widened while a list that should guard it is not in force.',
  },
  'refused-step': {
    ...ignored,
    title: 'The cloud refuses a change',
    doc: 'The cloud understood the request and will refuse it again, so it is not repeated until the object changes. The message says which change, and what the cloud said.',
  },
};

/** Everything the cloud part can find wrong with an MseIngressConfig or with the gateway it names. */
export const cloudDiagnostics: DiagnosticSet<Readonly<Record<CloudProblemName, DiagnosticDefinition>>> = defineDiagnostics(
  'cloud',
  definitions,
);

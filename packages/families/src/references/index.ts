/** The one resolver of references from annotations to other objects. */
export {
  type FailedReference,
  type FoundReference,
  type ObjectName,
  type Reference,
  referenceDiagnostics,
  resolveReference,
} from './references.ts';

export {
  endpointSlice,
  type IngressClassOptions,
  ingressClass,
  mseIngressConfig,
  type ServicePorts,
  type SliceEndpoint,
  secret,
  service,
} from './builders.ts';
export type { Case, CaseFile, CaseOptions, CaseRequest, Expected } from './case.ts';
export { caseDiagnostics } from './case-diagnostics.ts';
export { type CaseCompilation, compilationOf } from './compile-case.ts';
export { formatDecision } from './decision-text.ts';
export { type IngressBuilder, ingress } from './ingress-builder.ts';
export { parseCaseFile } from './parse-case-file.ts';
export { formatRequest, parseRequest, parseRequestLine, type ReadLine, type RequestLine } from './request-line.ts';
export { type CaseDriver, type CaseResult, diagnosticEntry, runCase } from './run-case.ts';
export { type Difference, differencesFrom } from './subset.ts';
export { updateCaseFile } from './update-case-file.ts';

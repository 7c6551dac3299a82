export {
  type AnnotationDescription,
  type AnnotationVerdict,
  type Capabilities,
  defineFamily,
  type Family,
  field,
  insert,
  int,
  type Profile,
  type RequestInput,
} from '@ingresskit/annotations';
export type { Compiled, Compiler } from '@ingresskit/compiler';
export type { Decision, DecisionArm, DecisionBackend, DecisionRoute, Explanation, HeaderEdits, TraceStep } from '@ingresskit/matcher';
export { formatDiagnostics } from '@ingresskit/resources';
export { parseManifests } from '@ingresskit/resources/yaml';
export { formatTable, fromJSON, policyOf, type RouteTable, type RouteTableJson, toJSON } from '@ingresskit/route-table';
export { knownAnnotations } from './annotations.ts';
export { defaultCapabilities } from './default-capabilities.ts';
export { type ExplanationPaint, type FormatExplanationOptions, formatExplanation } from './format-explanation.ts';
export { type CompileOptions, createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { createLimitAnswers, type LimitAnswersOptions } from './limits/index.ts';
export { compile, createCompiler, decide, explain } from './one-liners.ts';
export { type ConfiguredProfile, type ControllerFlags, ingressNginxWith, profiles } from './profiles.ts';

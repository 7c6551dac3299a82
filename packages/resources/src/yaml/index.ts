export type { ManifestLimits } from './parse-document.ts';
export { type ParsedManifests, type ParseOptions, parseManifests } from './parse-manifests.ts';
export { type YamlProblemName, yamlDiagnostics } from './yaml-diagnostics.ts';

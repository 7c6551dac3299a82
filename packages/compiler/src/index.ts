export { admissionDiagnostics } from './admission.ts';
export { compile } from './compile.ts';
export { type Compiled, type Compiler, createCompiler } from './compiler.ts';
export {
  backendDiagnostics,
  classDiagnostics,
  compilerDiagnostics,
  gatewayDiagnostics,
  routeDiagnostics,
  tlsDiagnostics,
} from './diagnostics.ts';
export type { CompileOptions } from './options.ts';

import type { Diagnostic, Resource } from '@ingresskit/resources';
import type { CompileOptions, RequestInput } from 'ingresskit';

/** How a case compiles its manifests: the compiler's options by their names, the profile by its name. */
export interface CaseOptions extends Omit<CompileOptions, 'profile'> {
  /** Default `mse`. */
  readonly profile: string;
  /** Entries of the controller's ConfigMap, for the profile that has one: `ingress-nginx`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** One request of a case and what should become of it. */
export interface CaseRequest {
  readonly request: RequestInput;
  readonly expected: Expected;
  /** Line of the request in its file. */
  readonly line: number;
}

/** A decision's line in its normal spelling, or a subset of the decision's JSON. */
export type Expected = { readonly line: string } | { readonly subset: unknown };

/** One case: the manifests of its file, how to compile them, the requests to send and the diagnostics to expect. */
export interface Case {
  readonly title: string;
  readonly file: string;
  /** Line of its document in the file. */
  readonly line: number;
  /** Its place among the cases of the file, counted from 0. */
  readonly index: number;
  readonly options: CaseOptions;
  readonly requests: readonly CaseRequest[];
  /** `code Kind namespace/name`, each as often as it occurs; those of severity info begin with `info `. */
  readonly diagnostics: readonly string[];
  /** The manifests of the file, shared by its cases. */
  readonly resources: readonly Resource[];
  /** What reading the manifests reported: part of what the case expects. */
  readonly reading: readonly Diagnostic[];
}

/** What reading a case file yields. */
export interface CaseFile {
  readonly resources: readonly Resource[];
  readonly cases: readonly Case[];
  /** Those of the manifests, and `case/…` errors for what is wrong with the cases themselves. */
  readonly diagnostics: readonly Diagnostic[];
}

import type { FieldPath, ObjectRef } from '@ingresskit/resources';

/** The stages of the walk, in the order they first happen. A filter's stage is its phase. */
export type TraceStage = 'request' | 'gateway' | 'host' | 'route' | 'backend' | 'answer' | (string & {});

/** One step of the walk, in words and as data. */
export interface TraceStep {
  readonly stage: TraceStage;
  /** What happened: `passed`, `matched`, `lost`, `answered`, `edited`, `chosen`, `skipped`. */
  readonly outcome: 'passed' | 'matched' | 'lost' | 'answered' | 'edited' | 'chosen' | 'skipped';
  /** One sentence without the trailing details that `object` and `path` carry. */
  readonly message: string;
  /** The family that acted. */
  readonly family?: string;
  /** The Ingress (or gateway object) that the fact came from. */
  readonly object?: ObjectRef;
  /** The field of that object: an annotation or a path. */
  readonly path?: FieldPath;
  /** Numbers and names of the message, for tools. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Receives the steps of a walk. */
export type Recorder = (step: TraceStep) => void;

import type { OperationName } from '../operations.ts';
import { entryAnswers } from './entry-answers.ts';
import { gatewayAnswers } from './gateway-answers.ts';
import type { Parameters } from './parameters.ts';
import { settingAnswers } from './setting-answers.ts';
import type { FakeState } from './state.ts';

/** What a test can set at any time. Times are milliseconds of the fake's clock. */
export interface FakeSettings {
  readonly region: string;
  creationTime: number;
  deletionTime: number;
  /** How long tags take to show up in ListTagResources. */
  tagLag: number;
  tagPageSize: number;
  /** How many of the next creations end in status 1. */
  failingCreations: number;
  /** Names of options that an update accepts and does not change. */
  readonly stubbornOptions: Set<string>;
}

export interface AnswerContext {
  readonly parameters: Parameters;
  readonly state: FakeState;
  readonly settings: FakeSettings;
  readonly now: number;
}

export type Answers = { readonly [N in OperationName]?: (context: AnswerContext) => unknown };

/** What the fake says to each operation: the `Data`, or a thrown `Refusal`. */
export const answers: Answers = { ...gatewayAnswers, ...settingAnswers, ...entryAnswers };

export { createLimitAnswers, type LimitAnswersOptions } from './limit-answers.ts';

import type { NginxTemplate } from './template.ts';
import { variablesOf } from './template.ts';
import type { VariableSource } from './variables.ts';
import { isKnownVariable, variableValue } from './variables.ts';

/** What a template comes to for one request. */
export interface EvaluatedTemplate {
  /** The text, with nothing in the place of what is missing. Do not use it for a decision while something is missing. */
  readonly text: string;
  /** Variables whose values are not known, each once. */
  readonly missing: readonly string[];
}

const none: readonly string[] = Object.freeze([]);

/** Fills a template in for a request. Pure; values are put in as they are, so check the result's grammar before it becomes a URL or header. */
export function evaluateTemplate(template: NginxTemplate, source: VariableSource): EvaluatedTemplate {
  let text = '';
  let missing: string[] | undefined;
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = variableValue(part.variable, source);
    if (value !== undefined) text += value;
    else if (missing?.includes(part.variable) !== true) (missing ??= []).push(part.variable);
  }
  return { text, missing: missing ?? none };
}

/** The variables of a template that no request tells the value of, for a report when it is compiled. */
export function unknownVariables(template: NginxTemplate): readonly string[] {
  return variablesOf(template).filter((name) => !isKnownVariable(name));
}

/** `$request_id and $msec`, for messages. */
export function namesOfVariables(names: readonly string[]): string {
  return names.map((name) => `$${name}`).join(' and ');
}

/**
 * nginx variables in annotation values. A field reads its text with the codec `nginxTemplate()` (or `parseTemplate` inside a codec of its own) and
 * keeps the `NginxTemplate` in its policy; `resolve` reports `unknownVariables(template)`; the filter calls `evaluateTemplate(template, exchange)`
 * and, where `missing` is not empty, takes the safe way out: a gate stays shut, a redirect or header is left out.
 */
export { escapeUriComponent } from './escape-uri.ts';
export { type EvaluatedTemplate, evaluateTemplate, namesOfVariables, unknownVariables } from './evaluate.ts';
export {
  formatTemplate,
  type NginxTemplate,
  type NginxVariable,
  nginxTemplate,
  parseTemplate,
  type TemplateOptions,
  variablesOf,
} from './template.ts';
export { isKnownVariable, type VariableSource, variableValue } from './variables.ts';

import type { Decision, DecisionBackend, DecisionRoute, Explanation, ForwardDecision, TraceStep } from '@ingresskit/matcher';
import type { FieldPath, ObjectRef, Span } from '@ingresskit/resources';
import { escapeControls, formatPath, formatRef } from '@ingresskit/resources';

/** Functions that colour text. Passed in, so that this package needs no colour library and prints plain text by default. */
export type ExplanationPaint = Readonly<
  Partial<Record<'decision' | 'stage' | 'answered' | 'chosen' | 'quiet' | 'place', (text: string) => string>>
>;

/** How to print an explanation for people. */
export interface FormatExplanationOptions {
  readonly paint?: ExplanationPaint;
  /** Where a field stands in its manifest, for `file:line` behind each step; `undefined` where that is not known. */
  readonly spanOf?: (object: ObjectRef, path: FieldPath | undefined) => Span | undefined;
}

const plain = (text: string): string => text;

/**
 * An explanation as text: what happens to the request in one or two sentences, then every step of the walk, in order, with the object, the field and
 * the place in the manifests that decided it. Ends with a line break.
 *
 * ```
 * GET http://shop.example.com/cart goes to Service shop/cart, port 80.
 * Ingress shop/web decides, with path /cart (Prefix) of host shop.example.com.
 *
 *   request  passed    GET http://shop.example.com/cart from 127.0.0.1
 *   route    matched   /cart/* matches; 1 later route not tried.
 *                      Ingress shop/web · spec.rules[0].http.paths[0] · shop.yaml:14
 * ```
 */
export function formatExplanation(explanation: Explanation, options: FormatExplanationOptions = {}): string {
  const { steps } = explanation;
  const paint = options.paint ?? {};
  const [first = '', ...rest] = sentencesOf(explanation);
  const head = [(paint.decision ?? plain)(escapeControls(first)), ...rest.map(escapeControls)];
  const width = Math.max(0, ...steps.map(({ stage }) => stage.length));
  const lines = steps.flatMap((step) => stepLines(step, width, options));
  return `${[...head, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n')}\n`;
}

function stepLines(step: TraceStep, width: number, { paint = {}, spanOf }: FormatExplanationOptions): readonly string[] {
  const { stage, outcome, message, family, object, path } = step;
  const isQuiet = outcome === 'lost' || outcome === 'skipped' || outcome === 'passed';
  const accent = (outcome === 'answered' ? paint.answered : isQuiet ? paint.quiet : paint.chosen) ?? plain;
  const text = family === undefined ? message : `${family}: ${lowerFirst(message)}`;
  const head = `  ${(paint.stage ?? plain)(stage.padEnd(width))}  ${accent(outcome.padEnd(outcomeWidth))}  ${accent(escapeControls(text))}`;
  const place = object === undefined ? '' : placeOf(object, path, spanOf?.(object, path));
  return place === '' ? [head] : [head, `${' '.repeat(width + outcomeWidth + 6)}${(paint.place ?? plain)(place)}`];
}

const outcomeWidth = 'answered'.length;

function placeOf(object: ObjectRef, path: FieldPath | undefined, span: Span | undefined): string {
  // The annotation's key alone: that it is one is plain to see, and the full path would fill the line.
  const isAnnotation = path?.length === 3 && path[0] === 'metadata' && path[1] === 'annotations';
  const field = path === undefined || path.length === 0 ? [] : [isAnnotation ? String(path[2]) : formatPath(path)];
  const where = span === undefined ? [] : [`${span.file}:${span.line}`];
  return escapeControls([`${object.kind} ${formatRef(object)}`, ...field, ...where].join(' · '));
}

function sentencesOf({ request, decision, steps }: Explanation): readonly string[] {
  const asked = `${request.method ?? 'GET'} ${request.url}`;
  switch (decision.kind) {
    case 'forward':
      return forwardSentences(asked, decision);
    case 'redirect':
      return [`${asked} is redirected with ${decision.status} to ${decision.location}`, ...decidedBy(decision)];
    case 'respond': {
      const because = steps.findLast(({ outcome }) => outcome === 'answered')?.message;
      return [
        `${asked} is answered by the gateway itself with ${decision.status} (${decision.reason}).`,
        ...(because === undefined ? [] : [because]),
        ...decidedBy(decision),
      ];
    }
    case 'no-route':
      return [`${asked} matches no route; the gateway answers ${decision.status}.`];
  }
}

function forwardSentences(asked: string, decision: ForwardDecision): readonly string[] {
  const { backend, route, split = [], fallback, upstream } = decision;
  const share = split.length === 0 ? '' : `, drawn among ${split.map((arm) => `${nameOf(arm)} ${arm.weight} %`).join(', ')}`;
  const canary = route.canary === undefined ? '' : `, by canary ${route.canary}`;
  const instead = fallback === undefined ? [] : [`It stands in for ${nameOf(fallback.from)} (${fallback.because}).`];
  const target = `The backend sees ${upstream.protocol} ${upstream.path} with Host ${upstream.host}.`;
  return [`${asked} goes to Service ${inWords(backend)}${canary}${share}.`, ...instead, ...decidedBy(decision), target];
}

function decidedBy({ route }: Extract<Decision, { readonly route?: DecisionRoute }>): readonly string[] {
  if (route === undefined) return [];
  const host = route.host === '*' ? 'any host' : `host ${route.host}`;
  return [`Ingress ${route.ingress} decides, with path ${route.path} (${route.pathType}) of ${host}.`];
}

function inWords({ namespace, service, port, subset }: DecisionBackend): string {
  const narrowed = subset === undefined ? '' : `, ${subset === '' ? 'the base subset' : `subset ${subset}`}`;
  return `${namespace}/${service}, port ${port}${narrowed}`;
}

function nameOf({ namespace, service, port, subset }: DecisionBackend): string {
  return `${namespace}/${service}:${port}${subset === undefined ? '' : `@${subset === '' ? 'base' : subset}`}`;
}

/** A sentence behind a colon begins small, unless it begins with a name or an abbreviation. */
function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z ]/.test(sentence) ? `${sentence[0]?.toLowerCase() ?? ''}${sentence.slice(1)}` : sentence;
}

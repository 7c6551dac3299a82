import type { Decision, Explanation } from '@ingresskit/matcher';
import type { Diagnostic } from '@ingresskit/resources';
import { explain, formatDiagnostics, formatExplanation, type RequestInput, type RouteTable } from 'ingresskit';
import { formatDecision, normalDecision } from './decision-text.ts';
import { formatRequest, parseRequest } from './request-line.ts';
import { differencesFrom } from './subset.ts';

/** What the routing matchers look at: a table, or what compiled it; with an `explain` of its own for gateways that have own families. */
export type RoutingSubject =
  | RouteTable
  | { readonly table: RouteTable; readonly explain?: (table: RouteTable, request: RequestInput) => Explanation };

/** A request as text (`GET http://shop.example.com/cart`, or a URL alone) or with headers, client address and draw. */
export type RequestText = string | RequestInput;

/** What the diagnostic matcher looks at: what compiled, or a list of diagnostics. */
export type DiagnosticSubject = { readonly diagnostics: readonly Diagnostic[] } | readonly Diagnostic[];

/** A matcher's verdict, in the shape that Vitest wants. */
export interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Whether the request is forwarded to `NAMESPACE/SERVICE:PORT[@SUBSET] [(canary NAMESPACE/NAME)]`. */
export function judgeForward(subject: RoutingSubject, request: RequestText, backend: string): Verdict {
  const expected = normalDecision(`forward ${backend}`);
  if (expected === undefined)
    throw new TypeError(`"${backend}" is no backend: write NAMESPACE/SERVICE:PORT, for example "default/cart:80"`);
  return judge(subject, request, (decision) => formatDecision(decision) === expected, expected);
}

/** Whether the request is redirected with the status to the location; without a location, anywhere. */
export function judgeRedirect(subject: RoutingSubject, request: RequestText, status: number, location?: string): Verdict {
  const holds = (decision: Decision): boolean =>
    decision.kind === 'redirect' && decision.status === status && (location === undefined || decision.location === location);
  return judge(subject, request, holds, `redirect ${status}${location === undefined ? '' : ` ${location}`}`);
}

/** Whether the gateway itself answers with the status, and, where a reason is given, for that reason. */
export function judgeRespond(subject: RoutingSubject, request: RequestText, status: number, reason?: string): Verdict {
  const holds = (decision: Decision): boolean =>
    decision.kind === 'respond' && decision.status === status && (reason === undefined || decision.reason === reason);
  return judge(subject, request, holds, `respond ${status}${reason === undefined ? '' : ` ${reason}`}`);
}

/** Whether no route matches the request. */
export function judgeNoRoute(subject: RoutingSubject, request: RequestText): Verdict {
  return judge(subject, request, (decision) => decision.kind === 'no-route', 'no-route');
}

/** Whether a diagnostic of the code is there whose fields hold `fields` (objects as subsets). */
export function judgeDiagnostic(subject: DiagnosticSubject, code: string, fields: Readonly<Record<string, unknown>> = {}): Verdict {
  const diagnostics = isList(subject) ? subject : subject.diagnostics;
  const wanted = `${code}${Object.keys(fields).length === 0 ? '' : ` with ${JSON.stringify(fields)}`}`;
  const pass = diagnostics.some((diagnostic) => diagnostic.code === code && differencesFrom(fields, diagnostic).length === 0);
  return {
    pass,
    message: () => {
      const list = diagnostics.length === 0 ? 'There are none.\n' : formatDiagnostics(diagnostics, { showInfo: true });
      return `expected ${pass ? 'no diagnostic' : 'a diagnostic'} ${wanted}\n\n${list}`;
    },
  };
}

function judge(subject: RoutingSubject, text: RequestText, holds: (decision: Decision) => boolean, expected: string): Verdict {
  const request = requestOf(text);
  const explanation = explanationOf(subject, request);
  const { decision } = explanation;
  const pass = holds(decision);
  return {
    pass,
    message: () => {
      const lines = [
        `expected ${formatRequest(request)}`,
        pass ? `  not to be  ${expected}` : `  to be      ${expected}`,
        ...(pass ? [] : [`  and it is  ${formatDecision(decision)}`]),
      ];
      return `${lines.join('\n')}\n\n${formatExplanation(explanation)}`;
    },
  };
}

function requestOf(text: RequestText): RequestInput {
  if (typeof text !== 'string') return text;
  const read = parseRequest(text);
  if (!read.ok) throw new TypeError(`the request "${text}" ${read.problem}`);
  return read.value;
}

function explanationOf(subject: RoutingSubject, request: RequestInput): Explanation {
  if (!('table' in subject)) return explain(subject, request);
  return (subject.explain ?? explain)(subject.table, request);
}

function isList(subject: DiagnosticSubject): subject is readonly Diagnostic[] {
  return Array.isArray(subject);
}

import { expect } from 'vitest';
import {
  type DiagnosticSubject,
  judgeDiagnostic,
  judgeForward,
  judgeNoRoute,
  judgeRedirect,
  judgeRespond,
  type RequestText,
  type RoutingSubject,
} from './matchers.ts';

/**
 * The matchers that importing `@ingresskit/testing/vitest` adds to `expect`. `R` is what an assertion returns. A failure prints the decision with its
 * explanation: which Ingress, annotation and path decided.
 */
export interface IngressMatchers<R> {
  /** The request goes to `NAMESPACE/SERVICE:PORT`, by the canary or to the subset the text names and no other. */
  toForward(request: RequestText, backend: string): R;
  /** The client is sent elsewhere. Without a location, anywhere. */
  toRedirect(request: RequestText, status: number, location?: string): R;
  /** The gateway answers by itself. Without a reason, whatever the reason. */
  toRespond(request: RequestText, status: number, reason?: string): R;
  /** No route matches, so the gateway answers 404. */
  toHaveNoRoute(request: RequestText): R;
  /** A diagnostic of the code is there, whose fields hold those given (objects as subsets, lists item by item). */
  toHaveDiagnostic(code: string, fields?: Readonly<Record<string, unknown>>): R;
}

declare module 'vitest' {
  // An interface, because only an interface merges with the one of Vitest; the parameters have the names that merging asks for.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends IngressMatchers<R> {}
}

expect.extend({
  toForward: (subject: RoutingSubject, request: RequestText, backend: string) => judgeForward(subject, request, backend),
  toRedirect: (subject: RoutingSubject, request: RequestText, status: number, location?: string) =>
    judgeRedirect(subject, request, status, location),
  toRespond: (subject: RoutingSubject, request: RequestText, status: number, reason?: string) =>
    judgeRespond(subject, request, status, reason),
  toHaveNoRoute: (subject: RoutingSubject, request: RequestText) => judgeNoRoute(subject, request),
  toHaveDiagnostic: (subject: DiagnosticSubject, code: string, fields?: Readonly<Record<string, unknown>>) =>
    judgeDiagnostic(subject, code, fields),
});

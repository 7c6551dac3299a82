import { isToken } from './characters.ts';

/** The registered methods (IANA, and what HTTP parsers know beside). Other upper-case tokens get 501. */
const known: ReadonlySet<string> = new Set(
  (
    'GET HEAD POST PUT DELETE PATCH OPTIONS ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF ' +
    'MKWORKSPACE MOVE M-SEARCH NOTIFY ORDERPATCH PROPFIND PROPPATCH PURGE QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNCHECKOUT UNLINK UNLOCK ' +
    'UNSUBSCRIBE UPDATE UPDATEREDIRECTREF VERSION-CONTROL'
  ).split(' '),
);

/** Why a method is refused, or `undefined` when it is fine (reliability.md §2.2, A10). Methods have case: `get` is not GET. */
export function methodProblem(method: string): { readonly status: 400 | 405 | 501; readonly problem: string } | undefined {
  if (known.has(method)) return undefined;
  if (method === 'CONNECT' || method === 'TRACE') return { status: 405, problem: `the method ${method} is not for gateways` };
  if (typeof method !== 'string' || method.length > 64 || !isToken(method))
    return { status: 400, problem: 'the method is not an HTTP token' };
  if (/[a-z]/.test(method)) return { status: 400, problem: `the method ${method} is in lower case, and methods have case` };
  return { status: 501, problem: `the method ${method} is unknown` };
}

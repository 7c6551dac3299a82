/** Calls that are shown of where a fault comes from. */
const mostCalls = 6;

/**
 * One line about an error that nobody caught: its kind, its code and where it happened. Not its message, which may quote what a client or a Secret said.
 */
export function faultLine(error: unknown): string {
  const { kind, code, calls } = describe(error);
  const where = calls.length === 0 ? '' : ` at ${calls.join(' < ')}`;
  return `ingresskit: internal error that nobody caught, please report it: ${kind}${code === '' ? '' : ` ${code}`}${where}; requests under way finish, then this process ends.`;
}

/** What was thrown may be anything, also something that throws when it is looked at. */
function describe(error: unknown): { readonly kind: string; readonly code: string; readonly calls: readonly string[] } {
  try {
    if (!(error instanceof Error)) return { kind: error === null ? 'null' : `a value of type ${typeof error}`, code: '', calls: [] };
    return { kind: word(error.name) || 'Error', code: word((error as NodeJS.ErrnoException).code), calls: callsOf(error) };
  } catch {
    return { kind: 'an error that cannot be read', code: '', calls: [] };
  }
}

function callsOf({ stack = '', message }: Error): readonly string[] {
  // The stack begins with the message, which may have lines of its own.
  const at = message === '' ? -1 : stack.indexOf(message);
  return stack
    .slice(at < 0 ? 0 : at + message.length)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, mostCalls)
    .map((line) => line.slice(7).replaceAll(/[^ -~]/g, '?'));
}

function word(value: unknown): string {
  return typeof value === 'string' && /^[\w$-]{1,60}$/.test(value) ? value : '';
}

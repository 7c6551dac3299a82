import type { DiagnosticPaint } from '@ingresskit/resources';
import type { ExplanationPaint } from 'ingresskit';
import colors from 'picocolors';
import type { CommandIo, TextOutput } from './command-io.ts';

/** Whether to colour what goes to a stream: FORCE_COLOR, else NO_COLOR, else whether it is a terminal that can. */
export function wantsColor({ env }: Pick<CommandIo, 'env'>, stream: Pick<TextOutput, 'isTTY'>): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return stream.isTTY && term !== 'dumb';
}

/** The colours of diagnostics on a stream. */
export function diagnosticPaint(io: Pick<CommandIo, 'env'>, stream: Pick<TextOutput, 'isTTY'>): DiagnosticPaint {
  const { red, yellow, cyan, bold, dim, green } = colors.createColors(wantsColor(io, stream));
  return { error: red, warning: yellow, info: cyan, code: bold, place: dim, help: green, frame: dim };
}

/** The colours of explanations on a stream. */
export function explanationPaint(io: Pick<CommandIo, 'env'>, stream: Pick<TextOutput, 'isTTY'>): ExplanationPaint {
  const { bold, cyan, yellow, green, dim } = colors.createColors(wantsColor(io, stream));
  return { decision: bold, stage: cyan, answered: yellow, chosen: green, quiet: dim, place: dim };
}

/** Makes a word stand out. */
export function emphasis(io: Pick<CommandIo, 'env'>, stream: Pick<TextOutput, 'isTTY'>): (text: string) => string {
  return colors.createColors(wantsColor(io, stream)).bold;
}

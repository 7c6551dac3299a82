export { BrokenPipe, type CommandIo, type FolderEntry, type TextOutput, UnusableInput } from './command-io.ts';
export { type CommandReference, commandReference, type OptionReference } from './command-reference.ts';
export type { CommandExample } from './commands/command-spec.ts';
export { run } from './run.ts';
export { verdictWords } from './verdict-words.ts';

import { commandReference } from '@ingresskit/cli';
import { code, markdownPage, type Page, table } from '../page.ts';

/** The reference of the command line, as the command declares itself. */
export function commandLinePage(): Page {
  const commands = commandReference();
  return markdownPage('docs/command-line.md', 'Command line', [
    table(
      ['command', 'what it does'],
      commands.map(({ name, description }) => [`[${code(`ingresskit ${name}`)}](#ingresskit-${name})`, firstSentence(description)]),
    ),
    ...commands.flatMap(({ name, usage, description, arguments: operands, options, examples }) => [
      `## ingresskit ${name}`,
      `\`\`\`text\n${usage}\n\`\`\``,
      description,
      operands.length === 0
        ? ''
        : table(
            ['argument', 'meaning'],
            operands.map((operand) => [code(operand.name), operand.description]),
          ),
      table(
        ['option', 'meaning', 'default'],
        options.map((option) => [
          code(option.flags),
          option.choices === undefined ? option.description : `${option.description} (${option.choices.join(', ')})`,
          code(option.default),
        ]),
      ),
      `\`\`\`sh\n${examples.map(({ line, about }) => `# ${about}\n${line}`).join('\n')}\n\`\`\``,
    ]),
  ]);
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}

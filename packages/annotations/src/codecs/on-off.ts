import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

const codec: Codec<boolean> = {
  grammar: 'on or off',
  schema: { enum: ['on', 'off'] },
  parse(text) {
    if (text === 'on') return parsed(true);
    if (text === 'off') return parsed(false);
    const word = text.length > 16 ? '' : text.trim().toLowerCase();
    const meant = ['on', 'true', 'yes', '1', 't'].includes(word)
      ? 'on'
      : ['off', 'false', 'no', '0', 'f'].includes(word)
        ? 'off'
        : undefined;
    return invalid(
      'is not "on" or "off"',
      meant === undefined ? 'Write "on" or "off".' : `Write "${meant}"; this annotation does not know true and false.`,
    );
  },
};

/** nginx's switch: exactly `on` or `off` (higress.md A.6). `true` is neither, unlike in most other annotations. */
export function onOff(): Codec<boolean> {
  return codec;
}

/**
 * A value for a message: in double quotes, on one line, control and invisible direction characters escaped, cut after `limit` UTF-16 units.
 * User input may hold terminal escapes or megabytes; neither may reach a screen or a log through a message.
 */
export function quote(value: string, limit = 120): string {
  return `"${escapeControls((value.length > limit ? `${cut(value, limit)}…` : value).replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"`;
}

/** Text with control characters, line and paragraph separators, direction overrides and lone surrogates written as `\n` or `\u001b`. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function cut(value: string, limit: number): string {
  const last = value.charCodeAt(limit - 1);
  // Never between the halves of a surrogate pair.
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

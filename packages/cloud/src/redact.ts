/** Takes credentials out of text that came from outside, and makes what is left safe to log, to put into a status and to show on a page. */
export interface Redactor {
  /** Remembers values that must never appear again, in their plain and in their percent-encoded spelling. */
  hide(...secrets: readonly (string | undefined)[]): void;
  text(value: string): string;
}

/** Longer answers of the cloud are cut: they end up in statuses, Events and logs. */
const longest = 500;

// A server that rejects a signature may quote what it received: header values, the canonical request, hashes (reliability.md §2.7, case A52).
const patterns: readonly RegExp[] = [
  /-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g,
  /\b(ACS3-[A-Z0-9-]+\s+)?Credential=[^\s]+/g,
  /\b(Access-?Key-?Secret|Security-?Token|Bearer-?Token|Signature|Authorization|x-acs-security-token|x-acs-bearer-token)["']?\s*[=:]\s*["']?[^\s"',;&]+/gi,
  /\b(LTAI|STS\.|TMP\.)[A-Za-z0-9]{8,}/g,
  // Hashes and signatures are 64 hexadecimal digits; nothing else in this API is.
  /\b[0-9a-f]{64}\b/gi,
];

export function createRedactor(): Redactor {
  const hidden = new Set<string>();
  return {
    hide(...secrets) {
      for (const secret of secrets) {
        if (secret === undefined || secret.length < 4) continue;
        for (const spelling of [secret, encodeURIComponent(secret)]) {
          hidden.delete(spelling);
          hidden.add(spelling);
        }
      }
      // Session credentials rotate: the latest few are enough, since an answer quotes the request it answers.
      for (const oldest of hidden) {
        if (hidden.size <= 64) break;
        hidden.delete(oldest);
      }
    },
    text(value) {
      let text = value.slice(0, 16_384);
      // Longest first, so that a secret which contains another is not left half-shown.
      for (const secret of [...hidden].sort((a, b) => b.length - a.length)) text = text.replaceAll(secret, '[redacted]');
      for (const pattern of patterns) text = text.replace(pattern, '[redacted]');
      return toLine(text);
    },
  };
}

/** One line without control characters, direction marks or markup, at most 500 characters. */
export function toLine(value: string): string {
  const line = value
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

import type { Codec, Problem } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';

/** The suites that the twin's data plane knows, in OpenSSL's names; those of TLS 1.3 cannot be chosen. */
const knownCiphers: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
]);

const help = 'Write names of OpenSSL such as "ECDHE-RSA-AES128-GCM-SHA256", with ":" or "," between them.';

/**
 * Cipher suites, divided by colons as the twin reads them, or by commas as one page of the documents writes them (mse.md §2.13). Names that no gateway
 * knows are left out and reported; at least one must remain.
 */
export const cipherList: Codec<readonly string[]> = {
  grammar: 'names of cipher suites with ":" or "," between them',
  parse(text) {
    if (text.length > 4096) return invalid('is longer than 4096 characters', 'Shorten it.');
    const names = new Set<string>();
    const dropped: Problem[] = [];
    for (const item of text.split(/[:,]/)) {
      const name = item.trim();
      if (name === '') continue;
      if (knownCiphers.has(name)) names.add(name);
      else if (dropped.length < 20) dropped.push({ message: `is no cipher suite that can be chosen: ${quote(name, 60)}`, help });
    }
    return names.size === 0 ? invalid('names no cipher suite that can be chosen', help) : parsed([...names], dropped);
  },
};

/** A cipher list in OpenSSL's own language (ingress-nginx.md: letters, digits and `!:+-_`, with `@STRENGTH` and `@SECLEVEL=n`). */
export const cipherString: Codec<string> = {
  grammar: 'cipher list of OpenSSL',
  parse(raw) {
    const text = raw.trim();
    const isList =
      text.length <= 4096 && text.split(':').every((item) => /^(?:[!+-]?[A-Za-z0-9_+-]+|@STRENGTH|@SECLEVEL=[0-5])$/.test(item));
    return isList
      ? parsed(text)
      : invalid('is not a cipher list of OpenSSL', 'Write names with ":" between them, for example "ECDHE-RSA-AES128-GCM-SHA256:!aNULL".');
  },
};

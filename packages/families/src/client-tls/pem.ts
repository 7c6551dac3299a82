import { decodeBase64 } from '@ingresskit/resources';

const maxLength = 1_048_576;

/** The certificates of a PEM text, each as PEM, or `undefined` where a block is broken or there is none. Text between blocks is a comment. */
export function certificatesOf(text: string): readonly string[] | undefined {
  return blocksOf(text, 'CERTIFICATE');
}

/** The revocation lists of a PEM text, likewise. */
export function revocationsOf(text: string): readonly string[] | undefined {
  return blocksOf(text, 'X509 CRL');
}

function blocksOf(text: string, label: string): readonly string[] | undefined {
  if (text.length > maxLength) return undefined;
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: string[] = [];
  let at = text.indexOf(begin);
  while (at >= 0) {
    const stop = text.indexOf(end, at);
    if (stop < 0) return undefined;
    const bytes = decodeBase64(text.slice(at + begin.length, stop).replaceAll(/\s+/g, ''));
    // DER of either is a sequence (X.690 §8.9).
    if (bytes === undefined || bytes.length < 16 || bytes[0] !== 0x30) return undefined;
    blocks.push(text.slice(at, stop + end.length));
    at = text.indexOf(begin, stop);
  }
  return blocks.length === 0 ? undefined : blocks;
}

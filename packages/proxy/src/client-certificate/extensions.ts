import type { X509Certificate } from 'node:crypto';
import type { DerElement } from './der.ts';
import { derElements, derTag } from './der.ts';

const basicConstraints = '551d13';
const keyUsage = '551d0f';
const digitalSignature = 0x80;
const keyAgreement = 0x08;

/** How many authorities may stand between an authority and a client (RFC 5280 §4.2.1.9); none where its constraints cannot be read. */
export function pathLengthOf(certificate: X509Certificate): number {
  const value = extensionOf(certificate, basicConstraints);
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const [constraints] = derElements(value) ?? [];
  const fields = constraints?.tag === derTag.sequence ? derElements(constraints.content) : undefined;
  if (fields === undefined) return 0;
  const length = fields.find(({ tag }) => tag === derTag.integer)?.content;
  if (length === undefined) return Number.POSITIVE_INFINITY;
  return length.length === 1 ? length.readInt8(0) : 0;
}

/** Whether the key of a client may sign what a handshake has it sign (RFC 5280 §4.2.1.3); every key may where nothing is said. */
export function canSignHandshakes(certificate: X509Certificate): boolean {
  const value = extensionOf(certificate, keyUsage);
  if (value === undefined) return true;
  const [bits] = derElements(value) ?? [];
  // The first byte counts unused bits.
  return bits?.tag === derTag.bitString && ((bits.content[1] ?? 0) & (digitalSignature | keyAgreement)) !== 0;
}

/** The value of an extension by the DER of its name; Node shows few of them. */
function extensionOf({ raw }: X509Certificate, name: string): Buffer | undefined {
  const fields = childrenOf(childrenOf(derElements(raw)?.[0])?.[0]) ?? [];
  // `extensions [3] EXPLICIT` is the last field.
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  const extensions = childrenOf(wrapped === undefined ? undefined : derElements(wrapped.content)?.[0]) ?? [];
  for (const extension of extensions) {
    const parts = childrenOf(extension) ?? [];
    // Whether it is critical stands between name and value, if at all.
    if (parts[0]?.content.toString('hex') === name) return parts.at(-1)?.content;
  }
  return undefined;
}

function childrenOf(element: DerElement | undefined): readonly DerElement[] | undefined {
  return element?.tag === derTag.sequence ? derElements(element.content) : undefined;
}

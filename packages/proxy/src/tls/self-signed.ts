import { generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes, sign } from 'node:crypto';
import type { CertificatePair } from './certificates.ts';

/**
 * Certificates that nobody vouches for, made for this process: what clients are shown for hosts without one, so that TLS can be tried before there is a
 * certificate. One with P-256 and one with RSA, because lists of cipher suites often allow only one kind. Valid for a year.
 *
 * @param now milliseconds since 1970.
 */
export function selfSignedCertificates(name: string, now: number = Date.now()): readonly CertificatePair[] {
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // ecdsa-with-SHA256, and sha256WithRSAEncryption with its parameter that is always nothing.
  return [
    makeCertificate(name, now, curve, sequence(oid('2a8648ce3d040302'))),
    makeCertificate(name, now, rsa, sequence(oid('2a864886f70d01010b'), der(0x05, Buffer.alloc(0)))),
  ];
}

function makeCertificate(name: string, now: number, { publicKey, privateKey }: KeyPairKeyObjectResult, algorithm: Buffer): CertificatePair {
  const serial = randomBytes(16);
  // A positive number without a leading zero byte (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const subject = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
  const extensions = der(0xa3, sequence(sequence(oid('551d11'), der(0x04, sequence(der(0x82, Buffer.from(name, 'latin1')))))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    subject,
    sequence(time(now - 3_600_000), time(now + 365 * 86_400_000)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** One value in the distinguished encoding: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return der(0x31, part);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function time(milliseconds: number): Buffer {
  return der(
    0x17,
    Buffer.from(
      `${new Date(milliseconds)
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
}

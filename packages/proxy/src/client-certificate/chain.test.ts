import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { ClientCertificateQuestion } from '@ingresskit/annotations';
import { generate } from 'selfsigned';
import { describe, expect, test, vi } from 'vitest';
import { certificateAnswers } from './certificate-answers.ts';
import { verifyClientCertificate } from './chain.ts';
import {
  alice,
  bob,
  carol,
  mallory,
  old,
  other,
  revokedByRoot,
  robot,
  robots,
  root,
  selfSigned,
  server,
  staff,
} from './testing/certificates.ts';

const now = Date.UTC(2030, 0, 1);
const ask = (
  pem: string,
  options: { readonly ca?: string; readonly depth?: number; readonly revocations?: string; readonly at?: number } = {},
) => {
  const { ca = root, depth = 1, at = now, ...others } = options;
  return verifyClientCertificate({ pem, ca, depth, ...others }, at);
};

test.each<[string, string, Parameters<typeof ask>[1], string | undefined]>([
  ['a client of the authority', alice, {}, undefined],
  ['a client of an intermediate that it shows', bob + staff, {}, undefined],
  ['an intermediate that the bundle has', bob, { ca: root + staff }, undefined],
  ['two intermediates where two may stand between', robot + robots + staff, { depth: 2 }, undefined],
  ['intermediates in any order', robot + staff + robots, { depth: 2 }, undefined],
  ['two intermediates where one may stand between', robot + robots + staff, { depth: 1 }, 'unable to get issuer certificate'],
  ['an intermediate that nobody shows', bob, {}, 'unable to get issuer certificate'],
  ['an intermediate without its root in the bundle', bob, { ca: staff }, 'unable to get issuer certificate'],
  ['an authority of the same name', alice, { ca: other }, 'unable to get issuer certificate'],
  ['a bundle with both authorities of the name', alice, { ca: other + root }, undefined],
  ['a signer that is no authority', mallory + alice, {}, 'unable to get issuer certificate'],
  ['a certificate of its own making', selfSigned, {}, 'self-signed certificate'],
  ['a client that brings its own authority', bob + staff + root, { ca: other }, 'unable to get issuer certificate'],
  ['a certificate for servers', server, {}, 'unsuitable certificate purpose'],
  ['one that has expired', old, {}, 'certificate has expired'],
  ['one that is not yet valid', alice, { at: Date.UTC(2020, 0, 1) }, 'certificate is not yet valid'],
  ['one that is revoked', carol, { revocations: revokedByRoot }, 'certificate revoked'],
  ['one that is revoked where nobody asks for lists', carol, {}, undefined],
  ['one that is not revoked', alice, { revocations: revokedByRoot }, undefined],
  ['an intermediate without a list of its own', bob + staff, { revocations: revokedByRoot }, 'unable to get certificate CRL'],
  [
    'a list of an authority of the same name',
    alice,
    { ca: root, revocations: revokedByRoot.replace(/[A-Za-z0-9+/]{8}(?==*\n-----END)/, 'AAAAAAAA') },
    'unable to get certificate CRL',
  ],
  [
    'a list that is none',
    alice,
    { revocations: '-----BEGIN X509 CRL-----\nMAAA\n-----END X509 CRL-----' },
    'the revocation list cannot be read',
  ],
  ['no certificate', 'hello', {}, 'the certificate cannot be read'],
  ['a broken certificate', alice.replace('MII', 'MIA'), {}, 'the certificate cannot be read'],
  ['a broken bundle', alice, { ca: 'nothing' }, 'the authorities cannot be read'],
])('%s', (_what, pem, options, problem) => {
  expect(ask(pem, options)).toMatchObject(problem === undefined ? { verified: true } : { verified: false, problem });
});

test('names are written as RFC 2253 has them', () => {
  expect(ask(bob + staff)).toEqual({ verified: true, subject: 'CN=bob,OU=Warehouse\\, North,O=Acme', issuer: 'CN=Acme Staff,O=Acme' });
});

test('answers are remembered for a minute, and other questions are left to others', () => {
  let time = now;
  const answer = certificateAnswers(() => time);
  const question = { kind: 'client-certificate', pem: alice, ca: root, depth: 1 } as const;
  const first = answer(question);
  expect(first).toMatchObject({ verified: true });
  expect(answer({ ...question })).toBe(first);
  time = Date.UTC(2200, 0, 1);
  expect(answer(question)).toMatchObject({ verified: false, problem: 'certificate has expired' });
  expect(answer({ kind: 'password' })).toBeUndefined();
  expect(answer({ kind: 'client-certificate' })).toBeUndefined();
});

/** Questions are open for other kinds; spread ones must say that they are of this one. */
const asked = (question: Omit<ClientCertificateQuestion, 'kind'>): ClientCertificateQuestion => ({
  kind: 'client-certificate',
  ...question,
});

test('what a handshake did not verify does not verify, and what it did is looked at all the same', () => {
  const answer = certificateAnswers(() => now);
  const question = asked({ pem: alice, ca: root, depth: 1 });
  expect(answer(question, { certificateProblem: 'permitted subtree violation' })).toEqual({
    verified: false,
    problem: 'permitted subtree violation',
    subject: 'CN=alice,O=Acme',
    issuer: 'CN=Acme Root,O=Acme',
  });
  expect(answer(question, { certificateProblem: undefined })).toMatchObject({ verified: true });
  expect(answer(asked({ ...question, pem: bob }), { certificateProblem: undefined })).toMatchObject({ verified: false });
  // Both have found something: the reason is the one that a simulation gives.
  expect(answer(asked({ ...question, pem: bob }), { certificateProblem: 'unable to verify leaf signature' })).toMatchObject({
    problem: 'unable to get issuer certificate',
  });
});

test('an answer stands for its own authorities, lists and depth alone, however many there were', () => {
  const answer = certificateAnswers(() => now);
  const question = asked({ pem: alice, ca: root, depth: 1 });
  // Texts are numbered, and forgotten after a hundred.
  const each = (check: (index: number) => void): void => Array.from({ length: 150 }, (_, index) => index).forEach(check);
  each((index) => expect(answer(asked({ ...question, ca: `${root}${index}` }))).toMatchObject({ verified: true }));
  each((index) => expect(answer(asked({ ...question, ca: `${other}${index}` }))).toMatchObject({ verified: false }));
  each((index) => expect(answer(asked({ ...question, revocations: `${revokedByRoot}${index}` }))).toMatchObject({ verified: true }));
  each((index) =>
    expect(answer(asked({ ...question, pem: carol, revocations: `${revokedByRoot}${index}` }))).toMatchObject({
      problem: 'certificate revoked',
    }),
  );
  expect(answer(asked({ ...question, pem: bob + staff, depth: 1 }))).toMatchObject({ verified: true });
  expect(answer(asked({ ...question, pem: bob + staff, depth: 0 }))).toMatchObject({ verified: false });
});

test('what is too long to be remembered is looked at each time', () => {
  const answer = certificateAnswers(() => now);
  const question = { kind: 'client-certificate', pem: alice + staff.repeat(30), ca: root, depth: 1 } as const;
  const first = answer(question);
  expect(first).toMatchObject({ verified: true });
  expect(answer(question)).not.toBe(first);
});

describe('a maze of authorities of one name does not keep it busy', () => {
  const newPair = (): { readonly privateKey: string; readonly publicKey: string } => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    };
  };
  const issue = async (name: string, keyPair: ReturnType<typeof newPair>, signer: ReturnType<typeof newPair>): Promise<string> => {
    const extensions = [{ name: 'basicConstraints', cA: name === 'Maze', critical: true } as const];
    const options = { keyType: 'ec', algorithm: 'sha256', extensions } as const;
    // The name of the signer is all that is read of its certificate.
    const named = await generate([{ name: 'commonName', value: 'Maze' }], { ...options, keyPair: signer });
    const ca = { cert: named.cert, key: signer.privateKey };
    const { cert } = await generate([{ name: 'commonName', value: name }], { ...options, keyPair, ca });
    return `${cert.trim()}\n`;
  };
  const signaturesFor = (shown: string): number => {
    const verify = vi.spyOn(X509Certificate.prototype, 'verify');
    try {
      expect(ask(shown, { depth: 100, at: Date.now() })).toMatchObject({ verified: false, problem: 'unable to get issuer certificate' });
      return verify.mock.calls.length;
    } finally {
      verify.mockRestore();
    }
  };

  test('where each could have issued every other', async () => {
    const key = newPair();
    const maze = await Promise.all(Array.from({ length: 40 }, () => issue('Maze', key, key)));
    expect(signaturesFor((await issue('lost', newPair(), key)) + maze.join(''))).toBeLessThan(60);
  });

  test('where each has issued the next, and could have issued every other by its name', async () => {
    const keys = Array.from({ length: 40 }, newPair);
    const maze = await Promise.all(keys.slice(1).map((signer, index) => issue('Maze', keys[index] as (typeof keys)[0], signer)));
    const shown = (await issue('lost', newPair(), keys[0] as (typeof keys)[0])) + maze.toReversed().join('');
    expect(signaturesFor(shown)).toBeLessThan(110);
  });
});

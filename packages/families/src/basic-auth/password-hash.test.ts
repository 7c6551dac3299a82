import { expect, test } from 'vitest';
import { hashProblem } from './password-hash.ts';

test.each([
  '$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/',
  '$1$ab$uCzd2IA9Rb.P73vs8WgwD1',
  '$5$rosettastone$BnAmTDwfkeyBZ4WrWrrwZnOgFVMLz5iGR2HVd5NI7h/',
  '$5$rounds=1000$abc$T60UiAv2jIDMm6cOC4SJHDH.vGbgDLzL3WpdlfyuyM1',
  `$6$rounds=20000$x$${'a'.repeat(86)}`,
  '$2y$05$s8I9cbj34/6EciNWo42FNuXh/Asw5mEOfqI.aubMo2ZZ7PDQPCauu',
  `$2b$12$${'a'.repeat(53)}`,
  '{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=',
  '{SSHA}D043UmNQ6a4RwuITnpbbm5e1yfMBAvoE',
  '{PLAIN}s3cret',
  'abNANd1rDfiNc',
])('%s can be checked', (hash) => {
  expect(hashProblem(hash)).toBeUndefined();
});

test.each([
  '',
  'secret',
  'abNANd1rDfiN',
  `$2y$13$${'a'.repeat(53)}`,
  `$2y$31$${'a'.repeat(53)}`,
  `$2x$05$${'a'.repeat(53)}`,
  '$2y$05$short',
  `$6$rounds=20001$x$${'a'.repeat(86)}`,
  `$6$rounds=999$x$${'a'.repeat(86)}`,
  `$5$rounds=999999999$x$${'a'.repeat(43)}`,
  `$7$x$${'a'.repeat(43)}`,
  '$apr1$Xy.9/abc$short',
  '{SHA}AAAA',
  '{plain}s3cret',
])('%s cannot, and the reason does not quote it', (hash) => {
  const problem = hashProblem(hash);
  expect(problem).toBeDefined();
  if (hash.length > 3) expect(problem).not.toContain(hash.slice(-4));
});

// Loaded before every test file. With INGRESSKIT_SEED every property test, law, fuzz run and oracle draws from that seed, so that a run can be repeated to
// the last choice; CI sets it from the commit. Without it each run is another one. A failure prints its seed in any case.
import fc from 'fast-check';

const text = process.env.INGRESSKIT_SEED;
if (text !== undefined && text !== '') {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 31)
    throw new TypeError(`INGRESSKIT_SEED must be a whole number below 2147483648, and is "${text}"`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
  for (const name of ['LAW_SEED', 'FUZZ_SEED', 'INGRESSKIT_ORACLE_SEED']) process.env[name] ??= text;
}

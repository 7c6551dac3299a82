/** Numbers in [0, 1) from a seed (mulberry32): fast, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

// What YAML, JSON, Kubernetes and this reader take notice of.
const tokens: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '- ',
  '? ',
  '&a ',
  '*a',
  '<<: *a',
  '!!binary ',
  '!x ',
  '|',
  '>-',
  '"',
  "'",
  '#',
  '%YAML 1.1',
  '---\n',
  '...\n',
  '\t',
  '\r',
  '\u0000',
  '\u2028',
  '\ufeff',
  '\ud800',
  '{{ .Values.x }}',
  'null',
  '~',
  'true',
  'on',
  '0',
  '-1',
  '1e999',
  '0o17',
  '9007199254740993',
  '.inf',
  '[]',
  '{}',
  '__proto__: {polluted: true}',
  '"__proto__": 1',
  'constructor: x',
  'kind: Secret',
  'kind: List\nitems:',
  'apiVersion: extensions/v1beta1',
  'backend: {serviceName: a, servicePort: 80}',
  'pathType: prefix',
  'path: /(a+)+$',
  'host: "*"',
  'nginx.ingress.kubernetes.io/use-regex: "true"',
  'nginx.ingress.kubernetes.io/canary: "true"',
  'nginx.ingress.kubernetes.io/auth-type: basic',
  'nginx.ingress.kubernetes.io/rewrite-target: /$1',
  'mse.ingress.kubernetes.io/destination: "100% a"',
];

type Mutation = (text: string, random: () => number, other: string) => string;

const pick = <T>(values: readonly T[], random: () => number): T => values[Math.floor(random() * values.length)] as T;
const place = (text: string, random: () => number): number => Math.floor(random() * (text.length + 1));

function lineRange(text: string, random: () => number): readonly [number, number] {
  const at = place(text, random);
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return [start, end < 0 ? text.length : end + 1];
}

const mutations: readonly Mutation[] = [
  // Characters.
  (text, random) => {
    const at = place(text, random);
    return text.slice(0, at) + pick(tokens, random) + text.slice(at);
  },
  (text, random) => {
    const at = place(text, random);
    return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
  },
  (text, random) => {
    const at = place(text, random);
    return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x300)) + text.slice(at + 1);
  },
  // Lines.
  (text, random) => {
    const [start, end] = lineRange(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  (text, random) => {
    const [start, end] = lineRange(text, random);
    return text.slice(0, end) + text.slice(start, end) + text.slice(end);
  },
  (text, random) => {
    const [start] = lineRange(text, random);
    return text.slice(0, start) + ' '.repeat(1 + Math.floor(random() * 4)) + text.slice(start);
  },
  (text, random) => {
    const [start] = lineRange(text, random);
    return text.slice(0, start) + text.slice(start).replace(/^ {1,2}/, '');
  },
  // Values: whatever stands behind a colon becomes something else.
  (text, random) => {
    const [start, end] = lineRange(text, random);
    const colon = text.indexOf(': ', start);
    return colon < 0 || colon >= end ? text : `${text.slice(0, colon + 2)}${pick(tokens, random)}\n${text.slice(end)}`;
  },
  // Keys: a known one under another's name.
  (text, random) => {
    const [start, end] = lineRange(text, random);
    return text.slice(0, start) + text.slice(start, end).replace(/[\w./-]+(?=:)/, () => pick(tokens, random)) + text.slice(end);
  },
  // Whole parts: of another file, of this one again, or none.
  (text, random, other) => {
    const [start, end] = lineRange(other, random);
    const at = lineRange(text, random)[0];
    return text.slice(0, at) + other.slice(start, end + Math.floor(random() * 200)) + text.slice(at);
  },
  (text, random, other) => `${text.slice(0, place(text, random))}${other.slice(place(other, random))}`,
  (text, random) => text.slice(0, place(text, random)),
];

/** A text with one to four faults. `other` lends parts. */
export function mutate(text: string, other: string, random: () => number): string {
  let mutated = text;
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) mutated = pick(mutations, random)(mutated, random, other);
  return mutated;
}

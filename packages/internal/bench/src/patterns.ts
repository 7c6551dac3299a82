import { ingress, service } from '@ingresskit/testing';
import { compile, createGateway } from 'ingresskit';
import { formatRows, percentile, timeOf } from './measure.ts';

/** Patterns of one host, told apart by a number. */
interface Kind {
  readonly title: string;
  readonly patternOf: (number: number) => string;
  /** The start of a path that the pattern matches. */
  readonly pathOf: (number: number) => string;
  /** What the pattern asks of a path beside what the path does not have. */
  readonly pieceOf: (number: number) => string;
}

const kinds: readonly Kind[] = [
  {
    title: '/app{n}/v[0-9]+/(.*)',
    patternOf: (number) => `/app${number}/v[0-9]+/(.*)`,
    pathOf: (number) => `/app${number}/v1/`,
    pieceOf: (number) => `/app${number}/`,
  },
  {
    title: '/(v1|v2)/foo{n}(/|$)',
    patternOf: (number) => `/(v1|v2)/foo${number}(/|$)`,
    pathOf: (number) => `/v2/foo${number}/`,
    pieceOf: (number) => `/foo${number}`,
  },
  {
    title: '/users/([^/]+)/p{n}(/|$)',
    patternOf: (number) => `/users/([^/]+)/p${number}(/|$)`,
    pathOf: (number) => `/users/a/p${number}/`,
    pieceOf: (number) => `/p${number}`,
  },
  {
    title: '/.*[a-c]x{n}/y',
    patternOf: (number) => `/.*[a-c]x${number}/y`,
    pathOf: (number) => `/ax${number}/y`,
    pieceOf: (number) => `x${number}/y`,
  },
  {
    title: '[a-z] and [0-9], no text',
    patternOf: (number) => `/[a-z]+[^a-z]${[...number.toString(2)].map((digit) => (digit === '0' ? '[a-z]' : '[0-9]')).join('')}`,
    pathOf: (number) => `/a/${[...number.toString(2)].map((digit) => (digit === '0' ? 'a' : '1')).join('')}`,
    pieceOf: () => 'a1',
  },
];

const pathLength = 8192 - 'http://a.example'.length;
const turns = 300;

/** Many patterns on one host against short paths and such of 8 KiB (reliability.md A16: less than 5 ms, and the loop is not kept longer than 20 ms). */
export function benchPatterns(sizes: readonly number[] = [10, 100, 1000, 5000]): void {
  const rows = [['patterns of one host: URL to route, µs', 'patterns', 'short', '8 KiB, hit', '8 KiB, miss', 'p99', 'all texts', 'p99']];
  for (const { title, patternOf, pathOf, pieceOf } of kinds) {
    for (const size of sizes) {
      let all = ingress('many').host('a.example').annotate({ 'nginx.ingress.kubernetes.io/use-regex': 'true' });
      for (let number = 0; number < size; number++) all = all.path(patternOf(number), 'web:80', 'ImplementationSpecific');
      const { table } = compile([service('web'), all.build()]);
      const gateway = createGateway();
      const timesOf = (path: string): readonly number[] => {
        const url = `http://a.example${path}`;
        const run = (): number => timeOf(() => gateway.match(table, { url })) * 1000;
        for (let turn = 0; turn < turns / 3; turn++) run();
        return Array.from({ length: turns }, run);
      };
      const pieces = Array.from({ length: size }, (_, number) => pieceOf(number)).join('');
      const miss = timesOf(filled('/', 'def/'));
      const every = timesOf(filled('/', `-${pieces}`));
      const cell = (times: readonly number[], share: number): string => percentile(times, share).toFixed(1);
      rows.push([
        title,
        String(size),
        cell(timesOf(pathOf(size >> 1)), 0.5),
        cell(timesOf(filled(pathOf(size >> 1), 'def/')), 0.5),
        ...[cell(miss, 0.5), cell(miss, 0.99), cell(every, 0.5), cell(every, 0.99)],
      ]);
    }
  }
  console.log(formatRows(rows));
  console.log(`\nPassed time, medians of ${turns} turns; the aim for 1,000 patterns is a p99 below 5,000 µs (A16).`);
}

/** A path as long as a URL may be. */
function filled(start: string, middle: string): string {
  return (start + middle.repeat(Math.ceil(pathLength / middle.length))).slice(0, pathLength);
}

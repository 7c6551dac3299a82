/**
 * The first minor version of each line of Node without the holes in its HTTP parsers, HTTP/2 and TLS that were mended up to June 2026 (reliability.md §0.2 and
 * §2.6). Lines between them are not maintained any more.
 */
const firstPatched: ReadonlyMap<number, number> = new Map([
  [22, 23],
  [24, 18],
]);
const newestListed = 24;

/** What is wrong with serving under a version of Node, `v24.17.0` for example; `undefined` when nothing is known. */
export function nodeProblem(version: string): string | undefined {
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major > newestListed + 1) return undefined;
  const least = firstPatched.get(major);
  if (least !== undefined && minor >= least) return undefined;
  const good = [...firstPatched].map(([line, first]) => `${line}.${first}`).join(', ');
  return `this is Node ${version.replace(/^v/, '')}, whose HTTP and TLS have known holes that are mended in ${good} and what came after ${newestListed + 1}.x; serve with one of these`;
}

import { globSync } from 'node:fs';
import { join } from 'node:path';
import { formatDecision, formatRequest } from '@ingresskit/testing';
import { compile, decide, parseManifests, type RequestInput } from 'ingresskit';
import { requests } from '../../../../../examples/shop/requests.ts';
import { code, type Page, table } from '../page.ts';
import { readText, root } from '../sources.ts';

const folder = 'examples/shop';

const region = /<!-- decisions -->[\s\S]*<!-- \/decisions -->/;

/** The shop's own page, with the table of decisions filled in. */
export function shopPage(): Page {
  const path = `${folder}/README.md`;
  const resources = globSync(`${folder}/**/*.yaml`, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => parseManifests(readText(join(file)), { file }).resources);
  const { table: routes } = compile(resources);
  const rows = requests.map((request) => [shownRequest(request), code(formatDecision(decide(routes, request)))]);
  const filled = `<!-- decisions -->\n${table(['request', 'decision'], rows)}\n<!-- /decisions -->`;
  const text = readText(path);
  if (!region.test(text)) throw new TypeError(`${path} has no region for its decisions`);
  return { path, text: text.replace(region, () => filled) };
}

function shownRequest(request: RequestInput): string {
  const { draw, clientAddress, headers = {} } = request;
  const more = [
    ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    ...(clientAddress === undefined ? [] : [`from ${clientAddress}`]),
    ...(draw === undefined ? [] : [`draw ${draw}`]),
  ];
  return `${code(formatRequest({ url: request.url, ...(request.method === undefined ? {} : { method: request.method }) }))}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

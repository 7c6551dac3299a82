import { globSync } from 'node:fs';
import { join } from 'node:path';
import { formatDecision, formatRequest } from '@ingresskit/testing';
import { compile, decide, parseManifests, type RequestInput } from 'ingresskit';
import { code, type Page, table } from '../page.ts';
import { readText, root } from '../sources.ts';

const folder = 'examples/shop';

/** Requests that show what the shop is for; the decisions beside them are computed. */
const requests: readonly RequestInput[] = [
  { url: 'http://shop.example.com/cart?item=7', draw: 0.1 },
  { url: 'http://shop.example.com/cart?item=7', draw: 0.95 },
  { url: 'http://shop.example.com/cart', headers: { 'x-canary': 'always' } },
  { url: 'http://shop.example.com/search?q=tea' },
  { url: 'https://shop.example.com/admin', clientAddress: '10.20.0.7' },
  { url: 'http://shop.example.com/sale' },
  { url: 'http://old.example.com/bags' },
  { url: 'http://www.example.com/' },
  {
    method: 'OPTIONS',
    url: 'http://api.example.com/v1/items',
    headers: { origin: 'https://www.example.com', 'access-control-request-method': 'GET' },
  },
  { url: 'http://api.example.com/v1/items' },
  { url: 'http://pay.example.com/' },
  { url: 'https://pay.example.com/callbacks/visa' },
  { url: 'http://nowhere.example.com/' },
];

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

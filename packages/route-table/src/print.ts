import type { WeightedBackend } from './backend.ts';
import { backendKey } from './backend.ts';
import { formatPathMatch } from './path-match.ts';
import { formatNamedMatch, type Predicates } from './predicates.ts';
import type { Route } from './route.ts';
import { routeId } from './route.ts';
import type { RouteTable } from './table.ts';

/** What to print. */
export interface FormatTableOptions {
  /** Only this virtual host, by its name in the table. */
  readonly host?: string;
}

/** The table as text: each host with its routes in the order they are tried. */
export function formatTable(table: RouteTable, options: FormatTableOptions = {}): string {
  const hosts = table.hosts.sortedEntries().filter(([name]) => options.host === undefined || name === options.host);
  if (hosts.length === 0) return options.host === undefined ? 'The table has no routes.\n' : `The table has no host "${options.host}".\n`;
  return hosts
    .map(([name, { routes, tls, policies, denied }]) => {
      const notes = [
        tls === undefined ? 'http only' : `tls ${tls.secret.namespace}/${tls.secret.name}${tls.found ? '' : ' (missing)'}`,
        ...Object.keys(policies).sort(),
        ...(denied === undefined ? [] : [`CLOSED by ${denied.family} of ${denied.ingress}`]),
      ];
      const rows = routes.flatMap((route) => routeRows(route));
      return `${name === '*' ? '* (any host)' : name}  [${notes.join(', ')}]\n${alignColumns(rows)}`;
    })
    .join('\n');
}

function routeRows(route: Route): string[][] {
  const conditions = route.predicates === undefined ? [] : [formatPredicates(route.predicates)];
  const target = route.denied === undefined ? formatArms(route.backends) : `CLOSED by ${route.denied.family}`;
  const policies = Object.keys(route.policies).sort().join(', ');
  const rows = [[formatPathMatch(route.path), ...conditions, target, policies === '' ? '-' : policies, routeId(route)]];
  if (conditions.length === 0) rows[0]?.splice(1, 0, '');
  for (const canary of route.canaries ?? []) {
    rows.push(['  canary', formatPredicates(canary.when), formatArms(canary.backends), '', canary.canary]);
  }
  return rows;
}

function formatArms(arms: readonly WeightedBackend[]): string {
  if (arms.length === 0) return '(no backend)';
  const text = ({ backend, weight }: WeightedBackend): string => {
    const subset = backend.subset === undefined ? '' : `@${backend.subset.name === '' ? 'base' : backend.subset.name}`;
    return `${arms.length === 1 ? '' : `${weight}% `}${backendKey(backend)}${subset}`;
  };
  return arms.map(text).join(' + ');
}

function formatPredicates({ methods, headers = [], queries = [], cookies = [] }: Predicates): string {
  return [
    ...(methods === undefined ? [] : [methods.join('|')]),
    ...headers.map((condition) => formatNamedMatch('header', condition)),
    ...queries.map((condition) => formatNamedMatch('query parameter', condition)),
    ...cookies.map((condition) => formatNamedMatch('cookie', condition)),
  ].join(' and ');
}

/** Rows in columns of equal width; columns that are empty throughout are left out. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => {
      const cells = widths.flatMap((width, column) => (width === 0 ? [] : [(row[column] ?? '').padEnd(width)]));
      return `  ${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

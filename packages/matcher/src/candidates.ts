import type { CanonicalRequest } from '@ingresskit/annotations';
import type { Route, RouteTable } from '@ingresskit/route-table';
import { fieldOf, formatPathMatch } from '@ingresskit/route-table';
import type { Location } from './locator.ts';
import { hostNames } from './locator.ts';
import { pathCovers } from './path-covers.ts';
import { failingPredicate } from './predicates.ts';
import type { Recorder } from './trace.ts';

/** How many losing routes an explanation lists before it only counts them. */
const shown = 20;

/** Records why each route that was tried before the chosen one lost: the slow, complete view that only explanations pay for. */
export function traceCandidates(table: RouteTable, request: CanonicalRequest, location: Location | undefined, record: Recorder): void {
  let hosts = 0;
  for (const name of new Set(hostNames(request.host, table.request.wildcardDepth))) {
    const host = table.hosts.get(name);
    if (host === undefined) continue;
    hosts++;
    record({
      stage: 'host',
      outcome: 'matched',
      message: `Host ${name === '*' ? 'any (*)' : name} serves ${request.host || 'the request'}; it has ${count(host.routes.length, 'route')}.`,
    });
    const isChosen = location?.host === host;
    const end = isChosen ? location.index : host.routes.length;
    let unlisted = 0;
    for (let index = 0; index < end; index++) {
      const route = host.routes[index] as Route;
      if (index < shown)
        record({
          ...place(route),
          stage: 'route',
          outcome: 'lost',
          message: `${formatPathMatch(route.path)} lost: ${whyLost(route, request)}.`,
        });
      else unlisted++;
    }
    if (unlisted > 0) record({ stage: 'route', outcome: 'lost', message: `${count(unlisted, 'more route')} did not match either.` });
    if (isChosen) {
      const route = host.routes[location.index] as Route;
      const rest = host.routes.length - location.index - 1;
      record({
        ...place(route),
        stage: 'route',
        outcome: 'matched',
        message: `${formatPathMatch(route.path)} matches${rest > 0 ? `; ${count(rest, 'later route')} not tried` : ''}.`,
      });
      return;
    }
    if (!table.request.hostFallback) break;
  }
  const message = hosts === 0 ? `No host of the table serves ${JSON.stringify(request.host)}.` : 'No route matches.';
  record({ stage: 'route', outcome: 'answered', message });
}

function whyLost({ path, predicates }: Route, request: CanonicalRequest): string {
  if (!pathCovers(path, request.path)) return `the path is ${JSON.stringify(request.path)}`;
  return failingPredicate(predicates, request) ?? 'an earlier route matched';
}

function place({ provenance }: Route): { object: Route['provenance']['ingress']; path: ReturnType<typeof fieldOf> } {
  return { object: provenance.ingress, path: fieldOf(provenance) };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

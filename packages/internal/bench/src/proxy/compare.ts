import { formatRows, median } from '../measure.ts';
import { load, type Round } from './load.ts';
import { type Files, type Peer, peers, type Scenario } from './peers.ts';

/** How much is measured. */
export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

/** A round that lost more ticks than this to the host is run again, a few times. */
const tolerated = 10;

/** Seconds of load before a round counts: compilers and caches are warm by then. */
const warmUp = 3;

/**
 * Puts the chosen proxies side by side in rounds, which take turns, so that a busy minute hits all alike. Each round of each is a process of its own: one
 * process of a program may be a third slower than another for as long as it lives, and that is no property of the program.
 */
export async function compare(scenario: Scenario, chosen: readonly Peer[], backend: number, files: Files, pace: Pace): Promise<void> {
  console.log(`\n== ${scenario.name}`);
  const results = new Map<Peer, Round[]>(chosen.map((peer) => [peer, []]));
  for (let round = 0; round < pace.rounds; round++) {
    for (const [peer, rounds] of results) {
      const server = await peer.start(scenario, backend, files);
      try {
        await load(scenario, server.port, files, { ...pace, seconds: warmUp });
        let result = await load(scenario, server.port, files, pace);
        for (let again = 0; again < 2 && result.stolen > tolerated; again++) result = await load(scenario, server.port, files, pace);
        rounds.push(result);
      } finally {
        await server.stop();
      }
    }
  }
  show(chosen, results);
}

function show(chosen: readonly Peer[], results: ReadonlyMap<Peer, readonly Round[]>): void {
  const roundsOf = (peer: Peer | undefined): readonly Round[] => (peer === undefined ? [] : (results.get(peer) ?? []));
  const us = peers.find(({ name }) => name === 'ingresskit');
  // A ratio is taken within each round, where both sides saw the same neighbours on the machine, and the median of those is shown.
  const ratio = (peer: Peer | undefined): number =>
    median(
      roundsOf(peer).map(({ requestsPerSecond }, index) => (roundsOf(us)[index]?.requestsPerSecond ?? Number.NaN) / requestsPerSecond),
    );
  const head = ['', 'requests/s', 'ours ÷ it', 'median ms', 'p99 ms', 'failed', 'stolen ticks'];
  const rows = chosen.map((peer) => {
    const list = roundsOf(peer);
    const failed = list.reduce((sum, round) => sum + round.failed, 0);
    return [
      peer.name,
      median(list.map(({ requestsPerSecond }) => requestsPerSecond)).toFixed(0),
      ratio(peer).toFixed(2),
      median(list.map((round) => round.median)).toFixed(2),
      median(list.map((round) => round.p99)).toFixed(2),
      String(failed),
      list.map(({ stolen }) => stolen).join(' '),
    ];
  });
  console.log(formatRows([head, ...rows]));
  const named = (wanted: string): Peer | undefined => chosen.find(({ name }) => name === wanted);
  const best = Math.min(...chosen.filter(({ isNodeLibrary }) => isNodeLibrary).map(ratio));
  console.log(
    `ours ÷ best Node library ${best.toFixed(2)} (aim ≥ 1.3); ours ÷ bare undici ${ratio(named('undici-bare')).toFixed(2)} (aim ≥ 0.85); ours ÷ nginx ${ratio(named('nginx')).toFixed(2)} (aim 0.5)`,
  );
}

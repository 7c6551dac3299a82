import { type Command, Option } from 'commander';
import { UnusableInput } from './command-io.ts';

/** What a gateway tells of its exchanges. */
export interface ObserveChoice {
  readonly accessLog: 'json' | 'nginx' | 'off';
  /** The part of exchanges that is logged, in [0, 1]. */
  readonly logSample: number;
  readonly metricsNames: 'own' | 'nginx';
}

/** Adds the options of logs and metrics. */
export function addObserveOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--access-log <format>', 'a line on standard output for each exchange').choices(['json', 'nginx', 'off']).default('off'),
    )
    .option('--log-sample <percent>', 'the part of exchanges that is logged; those that fail always are (default: 100)', readPercent, 1)
    .addOption(
      new Option('--metrics-names <names>', 'nginx writes the metrics of ingress-nginx as well, for dashboards that exist')
        .choices(['own', 'nginx'])
        .default('own'),
    );
}

/** As a part of one. */
function readPercent(text: string): number {
  const percent = /^\d{1,3}(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 100)) throw new UnusableInput(`--log-sample must be a number from 0 to 100, and is "${text}"`);
  return percent / 100;
}

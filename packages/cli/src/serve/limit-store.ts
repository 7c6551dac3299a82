import type { GatewayMetrics, LimitStore } from '@ingresskit/proxy';
import { type Command, Option } from 'commander';
import { type CommandIo, UnusableInput } from '../command-io.ts';

/** What the user says about where limits are counted. */
export interface LimitStoreChoice {
  readonly limitStore?: string;
  readonly limitStoreAway?: 'local' | 'pass' | 'refuse';
}

/** Beside the option: what stands on a command line is seen by everybody on the machine. */
const variable = 'INGRESSKIT_LIMIT_STORE';
/** How long a start waits for the store; then it serves without. */
const firstConnectionMs = 2_000;

const meanwhile = {
  local: 'limits of the whole gateway are counted here',
  pass: 'limits of the whole gateway do not hold',
  refuse: 'routes with limits of the whole gateway are shut',
} as const;

/** `--limit-store` and what goes with it. */
export function addLimitStoreOptions(command: Command): Command {
  return command
    .option(
      '--limit-store <url>',
      `the Redis or Valkey in which gateways count limits together, redis:// or rediss:// (default: $${variable}, which keeps a password off the command line)`,
    )
    .addOption(
      new Option(
        '--limit-store-away <what>',
        'while it cannot be asked, limits of the whole gateway are counted here (local), do not hold (pass), or refuse',
      )
        .choices(['local', 'pass', 'refuse'])
        .default('local'),
    );
}

/**
 * Connects to the store of limits and waits a moment for the connection, so that the first requests are counted there too. A store that is away keeps nothing from
 * serving. Close it, or the process does not end.
 *
 * @returns `undefined` where none was chosen.
 * @throws UnusableInput for a URL that cannot be used, without repeating it.
 */
export async function openLimitStore(
  { limitStore, limitStoreAway: whenAway = 'local' }: LimitStoreChoice,
  metrics: GatewayMetrics,
  io: CommandIo,
): Promise<LimitStore | undefined> {
  const fromVariable = io.env[variable] === '' ? undefined : io.env[variable];
  const url = limitStore ?? fromVariable;
  if (url === undefined) return undefined;
  // Only who asks for it loads the client of Redis.
  const { connectLimitStore } = await import('@ingresskit/proxy/redis');
  let isAway = false;
  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const connect = (): LimitStore =>
    connectLimitStore({
      url,
      whenAway,
      onOutcome: (outcome) => metrics.limitStoreAsked(outcome),
      onError: ({ message }) => {
        settle();
        // Once for each time that it is away, not once for each try.
        if (isAway) return;
        isAway = true;
        void io.stderr.write(`ingresskit: the store of limits is away (${message}); ${meanwhile[whenAway]} until it is back.\n`);
      },
      onConnect: () => {
        settle();
        if (isAway) void io.stderr.write('ingresskit: the store of limits is back.\n');
        isAway = false;
      },
    });
  let store: LimitStore;
  try {
    store = connect();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UnusableInput(`${limitStore === undefined ? `$${variable}` : '--limit-store'}: ${error.message}`);
  }
  const timer = setTimeout(settle, firstConnectionMs);
  await settled;
  clearTimeout(timer);
  return store;
}

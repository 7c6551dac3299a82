export { type ConnectLimitStoreOptions, connectLimitStore } from './connect-limit-store.ts';
export type { RedisCommands } from './redis-commands.ts';
export { DeadlineError } from './redis-commands.ts';
export { RedisLimitStore, type RedisLimitStoreOptions, type StoreOutcome, type WhenAway } from './redis-limit-store.ts';

import { createClient } from 'redis';
import type { RedisLimitStoreOptions } from './redis-limit-store.ts';
import { RedisLimitStore } from './redis-limit-store.ts';

export interface ConnectLimitStoreOptions extends Omit<RedisLimitStoreOptions, 'client' | 'onClose'> {
  /** `redis://` or `rediss://`, with user, password and database. Never shown in messages. */
  readonly url: string;
  /** Hears about connections that fail; the store goes on trying. */
  readonly onError?: (error: Error) => void;
}

/**
 * A store of limits in Redis or Valkey with a connection of its own. It is there at once: until the connection stands, limits are counted locally. Close it to end
 * the connection.
 */
export function connectLimitStore({ url, onError, ...options }: ConnectLimitStoreOptions): RedisLimitStore {
  const client = createClient({
    url,
    // RESP 2: every Redis and Valkey, and the proxies before them, speak it.
    RESP: 2,
    maintNotifications: 'disabled',
    // A request would rather be counted locally than wait in a queue.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (retries) => Math.min(5_000, 50 * 2 ** Math.min(retries, 7)) * (0.5 + Math.random() / 2),
    },
  });
  // Without a listener a failed connection would end the process.
  client.on('error', (error: unknown) =>
    onError?.(error instanceof Error ? error : new Error('the connection to the store of limits failed')),
  );
  const connected = client.connect().catch(() => undefined);
  const onClose = async (): Promise<void> => {
    if (client.isOpen) client.destroy();
    await connected;
  };
  return new RedisLimitStore({
    ...options,
    client: {
      get isReady() {
        return client.isReady;
      },
      sendCommand: (args) => client.sendCommand(args),
    },
    onClose,
  });
}

import { createClient } from 'redis';
import type { RedisLimitStoreOptions } from './redis-limit-store.ts';
import { RedisLimitStore } from './redis-limit-store.ts';

export interface ConnectLimitStoreOptions extends Omit<RedisLimitStoreOptions, 'client' | 'onClose'> {
  /** `redis://` or `rediss://`, with user, password and database. Never shown in messages. */
  readonly url: string;
  /** Hears about connections that fail; the store goes on trying. What a server repeats of the credentials is taken out. */
  readonly onError?: (error: Error) => void;
  /** The connection stands, for the first time or again. */
  readonly onConnect?: () => void;
}

/**
 * A store of limits in Redis or Valkey with a connection of its own. It is there at once: until the connection stands, limits are counted locally. Close it to end
 * the connection.
 *
 * @throws TypeError for a URL that cannot be used; the message does not repeat it.
 */
export function connectLimitStore({ url, onError, onConnect, ...options }: ConnectLimitStoreOptions): RedisLimitStore {
  const secrets = credentialsOf(url);
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
  client.on('error', (error: unknown) => onError?.(new Error(reasonOf(error, secrets))));
  client.on('ready', () => onConnect?.());
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

/** User and password, as they are written and as they are meant. */
function credentialsOf(url: string): readonly string[] {
  try {
    const { protocol, username, password, pathname } = new URL(url);
    if (!/^rediss?:$/.test(protocol) || !/^\/?\d*$/.test(pathname)) throw new TypeError();
    return [password, username].flatMap((text) => [decodeURIComponent(text), text]).filter((text) => text !== '');
  } catch {
    // The error of `URL` holds the text itself, and so would every message that shows it.
    throw new TypeError('the URL of the store of limits must be redis:// or rediss://, with a number as database if any');
  }
}

/** What failed, in words. Servers repeat the arguments of commands that they do not know, so a password can come back. */
function reasonOf(error: unknown, secrets: readonly string[]): string {
  const { message = '', code = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  // An address with several IP addresses fails with an error for each and a message of none.
  const text = message === '' ? code : message;
  const reason = secrets.reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text);
  return reason === '' ? 'the connection to the store of limits failed' : reason;
}

import { afterEach, expect, test } from 'vitest';
import { connectLimitStore } from './connect-limit-store.ts';
import { FakeRespServer } from './testing/fake-resp-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('a server that repeats the credentials: they are taken out of what is reported', async () => {
  const fake = new FakeRespServer(
    ([name, ...words]) => `-ERR unknown command '${name}', with args beginning with: ${words.map((word) => `'${word}'`).join(' ')}\r\n`,
  );
  await fake.start();
  closers.push(() => fake.stop());
  const { port } = new URL(fake.url);
  const error = await new Promise<Error>((resolve) => {
    const store = connectLimitStore({ url: `redis://gate%40way:p%25ss%2Fword@127.0.0.1:${port}`, onError: resolve });
    closers.push(() => store.close());
  });
  expect(fake.commands[0]).toEqual(['AUTH', 'gate@way', 'p%ss/word']);
  expect(error.message).toBe("ERR unknown command 'AUTH', with args beginning with: '[redacted]' '[redacted]'");
  expect(JSON.stringify([error.stack, { ...error }, error.cause])).not.toMatch(/p%25ss|p%ss|gate/);
});

test.each([
  'http://:s3cret@a.example',
  'redis://:s3cret@a.example:x',
  'redis://:s3cret@a.example/name',
  'redis://:%zz@a.example',
  's3cret',
  '',
])('the URL %j is refused, and not repeated', (url) => {
  let failure: unknown;
  try {
    connectLimitStore({ url });
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(TypeError);
  const { message, stack, cause } = failure as Error;
  expect(JSON.stringify([message, stack, cause, { ...(failure as Error) }])).not.toMatch(/s3cret|%zz/);
});

test('says when the connection stands, and again after it broke', async () => {
  const fake = new FakeRespServer();
  await fake.start();
  closers.push(() => fake.stop());
  const heard: string[] = [];
  let wake = (): void => undefined;
  const store = connectLimitStore({
    url: fake.url,
    onConnect: () => {
      heard.push('connected');
      wake();
    },
    onError: () => {
      if (heard.at(-1) !== 'failed') heard.push('failed');
      wake();
    },
  });
  closers.push(() => store.close());
  const until = async (...expected: string[]): Promise<void> => {
    while (heard.length < expected.length)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    expect(heard).toEqual(expected);
  };
  await until('connected');
  await fake.stop();
  await until('connected', 'failed');
  await fake.start();
  await until('connected', 'failed', 'connected');
});

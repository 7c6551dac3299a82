import fc from 'fast-check';

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: forged\r\n\r\n';
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** What is right most of the time. */
function mostly(right: fc.Arbitrary<string>, ...wrong: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: oneOf(...wrong) });
}

/** A mutation of the grammar: what HTTP readers have disagreed about. */
const lineEnd = fc.oneof(
  { weight: 40, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: oneOf('\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\r\n ', '\0\r\n') },
);
const name = (plain: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(plain) },
    {
      weight: 1,
      arbitrary: oneOf(
        `${plain} `,
        ` ${plain}`,
        `${plain}\t`,
        plain.toUpperCase(),
        plain.replace('-', '_'),
        `X${plain}`,
        `\x0b${plain}`,
        `${plain}\0`,
        '',
      ),
    },
  );
const colon = fc.oneof(
  { weight: 8, arbitrary: fc.constant(': ') },
  { weight: 1, arbitrary: oneOf(':', ' :', ':\t', ': \x0b', ':\r\n ', '', '::') },
);
const length = fc.oneof(
  { weight: 4, arbitrary: fc.nat(120).map(String) },
  {
    weight: 2,
    arbitrary: oneOf(
      '0',
      '5',
      '005',
      '+5',
      '-1',
      '0x5',
      '5, 5',
      '5,6',
      '5 ',
      ' 5',
      '5\t',
      '1_0',
      '١',
      '',
      '99999999999999999999',
      '5;a',
      '5.0',
      '5e0',
    ),
  },
);
const coding = oneOf(
  'chunked',
  'Chunked',
  'chunked ',
  ' chunked',
  'chunked;a=b',
  'chunked,',
  ',chunked',
  'chunked, identity',
  'identity',
  'gzip, chunked',
  'chunked, chunked',
  '"chunked"',
  'xchunked',
  'chunked\x0b',
  'chunk\0ed',
  'cow',
);
const header: fc.Arbitrary<string> = fc
  .oneof(
    fc.tuple(name('Content-Length'), colon, length, lineEnd),
    fc.tuple(name('Transfer-Encoding'), colon, coding, lineEnd),
    fc.tuple(name('Host'), colon, oneOf('a.example', 'b.example', 'a.example:80', 'a.example b', 'a.example, b', ''), lineEnd),
    fc.tuple(name('Connection'), colon, oneOf('close', 'keep-alive', 'Content-Length', 'Transfer-Encoding, close', 'Upgrade'), lineEnd),
    fc.tuple(name('Expect'), colon, oneOf('100-continue', '100-Continue, x', 'tea'), lineEnd),
    fc.tuple(name('X-A'), colon, oneOf('b', 'b\r\n c', 'b\rc', 'b\0c', 'b\nTransfer-Encoding: chunked', '\xff', smuggled), lineEnd),
  )
  .map((parts) => parts.join(''));
const chunk = fc.oneof(
  { weight: 5, arbitrary: oneOf('5\r\nhello\r\n', '1\r\nx\r\n', `${smuggled.length.toString(16)}\r\n${smuggled}\r\n`) },
  {
    weight: 1,
    arbitrary: oneOf(
      '5 \r\nhello\r\n',
      '5;a=b\r\nhello\r\n',
      '5;a="\r\n"\r\nhello\r\n',
      '5\nhello\r\n',
      '5\r\nhello',
      '0x5\r\nhello\r\n',
      '+5\r\nhello\r\n',
      '05\r\nhello\r\n',
      '5\r\nhello\n',
      '-1\r\n',
      'fffffffff\r\n',
      '4\r\nhello\r\n',
      '6\r\nhello\r\n',
      '\r\n',
      '5;\n\r\nhello\r\n',
    ),
  },
);
const body = fc.oneof(
  fc.constant(''),
  fc.constant(smuggled),
  fc
    .tuple(
      fc.array(chunk, { maxLength: 4 }),
      oneOf(
        '0\r\n\r\n',
        '0\r\n\r\n',
        '00\r\n\r\n',
        '0\r\nX: y\r\n\r\n',
        '0\r\nContent-Length: 5\r\n\r\n',
        '0\n\n',
        '0\r\n',
        '0 \r\n\r\n',
        '',
      ),
    )
    .map(([chunks, last]) => chunks.join('') + last),
);
/** Framing that is right, for whatever comes after it. */
const framing = oneOf(
  '',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\n',
  `Content-Length: ${smuggled.length}\r\n`,
  'Content-Length: 0\r\n',
);

const message: fc.Arbitrary<string> = fc
  .tuple(
    mostly(oneOf('POST', 'GET', 'PUT', 'OPTIONS'), 'post', 'GET\t', ''),
    mostly(fc.constant(' '), '\t', '  '),
    mostly(oneOf('/a', '/b?c', '/', 'http://a.example/a'), '*', '/a b', '//a', ''),
    mostly(fc.constant(' HTTP/1.1'), ' HTTP/1.0', ' HTTP/2.0', ' http/1.1', ' HTTP/1.1 x', ''),
    lineEnd,
    mostly(fc.constant('Host: a.example\r\n'), ''),
    fc.oneof(
      { weight: 2, arbitrary: framing },
      { weight: 3, arbitrary: fc.tuple(framing, header).map(([one, other]) => one + other) },
      { weight: 3, arbitrary: fc.array(header, { maxLength: 4 }).map((all) => all.join('')) },
    ),
    lineEnd,
    body,
  )
  .map(
    ([method, blank, target, version, end, host, headers, last, content]) =>
      `${method}${blank}${target}${version}${end}${host}${headers}${last}${content}`,
  );
/** What one connection sends. */
export const conversation: fc.Arbitrary<string> = fc
  .tuple(message, fc.option(message, { nil: '' }))
  .map(([first, second]) => `${first}${second}GET /last HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n`);

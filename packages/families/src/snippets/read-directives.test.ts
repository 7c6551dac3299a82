// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes variables this way.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOfSnippet } from './digest.ts';
import { flattenDirectives, readDirectives } from './read-directives.ts';
import { replacementOf } from './replacements.ts';

const names = (text: string): readonly string[] => flattenDirectives(readDirectives(text).directives).map(({ name }) => name);

test('directives have arguments, lines and blocks', () => {
  expect(readDirectives('# a comment\nadd_header X-A "b; c" always;\nlocation ~ ^/a { deny all;\n allow 10.0.0.1; }')).toEqual({
    directives: [
      { name: 'add_header', args: ['X-A', 'b; c', 'always'], line: 2 },
      {
        name: 'location',
        args: ['~', '^/a'],
        line: 3,
        block: [
          { name: 'deny', args: ['all'], line: 3 },
          { name: 'allow', args: ['10.0.0.1'], line: 4 },
        ],
      },
    ],
  });
});

describe('what does not end a word', () => {
  test.each<[string, readonly string[]]>([
    ["a 'x;y{z}';", ['x;y{z}']],
    ['a "x\\"y";', ['x"y']],
    ['a x\\ y\\;z;', ['x y;z']],
    ['a ${host}name;', ['${host}name']],
    ['a $host#x;', ['$host#x']],
    ['a x#y;', ['x#y']],
    ['a "";', ['']],
    ['a "multi\nline";', ['multi\nline']],
    ['a\n x\n\ty;', ['x', 'y']],
  ])('%j', (text, args) => {
    expect(readDirectives(text)).toMatchObject({ directives: [{ name: 'a', args }] });
    expect(readDirectives(text).problem).toBeUndefined();
  });
});

test('a comment ends with its line, and hides what stands in it', () => {
  expect(names('a; # deny all; }\nb;')).toEqual(['a', 'b']);
});

describe('Lua', () => {
  test.each([
    'access_by_lua_block { if x then y = { 1 } end } deny all;',
    'access_by_lua_block { local s = "}" } deny all;',
    "access_by_lua_block { local s = '\\'}' } deny all;",
    'access_by_lua_block { local s = [[ } ]] } deny all;',
    'access_by_lua_block { local s = [==[ ]] } ]==] } deny all;',
    'access_by_lua_block { -- a brace }\n } deny all;',
    'access_by_lua_block { --[[ } \n } ]] } deny all;',
  ])('%s', (text) => {
    const { directives, problem } = readDirectives(text);
    expect(problem).toBeUndefined();
    expect(directives.map(({ name, block }) => [name, block])).toEqual([
      ['access_by_lua_block', undefined],
      ['deny', undefined],
    ]);
  });

  test('lines behind a block count its lines', () => {
    expect(readDirectives('content_by_lua_block {\n  x()\n  y()\n}\ndeny all;').directives[1]).toEqual({
      name: 'deny',
      args: ['all'],
      line: 5,
    });
  });
});

test.each([
  ['add_header X-A b', /"add_header" has no ";"/, 1],
  ['a;\n}', /a "}" too many/, 2],
  ['location / {\n deny all;', /no "}"/, 1],
  ['location / { deny all }', /"deny" has no ";"/, 1],
  ['a;\n;', /nothing stands before ";"/, 2],
  ['a "x', /quote has no end/, 1],
  ['a_by_lua_block { x(', /Lua block has no end/, 1],
  [`${'a { '.repeat(40)}`, /blocks in each other/, 1],
])('%s', (text, message, line) => {
  const { problem } = readDirectives(text);
  expect(problem?.message).toMatch(message);
  expect(problem?.line).toBe(line);
});

test('what stands before a mistake is read', () => {
  expect(names('deny all;\nadd_header X')).toEqual(['deny']);
});

test('no text makes it throw or takes long', () => {
  const pieces = fc.constantFrom(
    'a',
    ' ',
    ';',
    '{',
    '}',
    '"',
    "'",
    '\\',
    '#',
    '\n',
    '$',
    '${',
    '--',
    '[[',
    ']]',
    'x_by_lua_block {',
    'deny all;',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => void digestOfSnippet(parts.join(''))),
    { numRuns: 500 },
  );
  for (const piece of ['{', '}', '"', 'a ', '#', '${', '\\', 'a_by_lua_block {', 'a{b;}']) digestOfSnippet(piece.repeat(20_000));
});

describe('replacements', () => {
  test.each<[string, readonly string[], boolean]>([
    ['deny all;', ['denylist-source-range', 'whitelist-source-range'], true],
    ['return 301 https://x.example;', ['permanent-redirect', 'permanent-redirect-code'], false],
    ['return https://x.example;', ['temporal-redirect', 'temporal-redirect-code'], false],
    ['return 403;', [], true],
    ['return 200 ok;', [], false],
    ['proxy_set_header Host x;', ['upstream-vhost'], false],
    ['proxy_set_header X-A "";', ['request-header-control-remove'], false],
    ['proxy_set_header X-A b;', ['request-header-control-update'], false],
    ['PROXY_READ_TIMEOUT 5s;', ['proxy-read-timeout', 'timeout'], false],
    ['access_by_lua_block { }', [], true],
    ['header_filter_by_lua_block { }', [], false],
    ['constructor x;', [], false],
  ])('%s', (text, annotations, restricts) => {
    const [directive] = readDirectives(text).directives;
    expect(directive && replacementOf(directive)).toEqual({ annotations, restricts });
  });

  test('a digest names each directive once, with its line and what replaces it', () => {
    expect(digestOfSnippet('more_set_headers "A: b";\nmore_set_headers "C: d";\nif ($x) {\n  return 403;\n}')).toEqual({
      text: 'It holds more_set_headers (response-header-control-update or custom-headers), if (no annotation does that), return (no annotation does that).',
      data: {
        directives: [
          { directive: 'more_set_headers', line: 1, annotations: ['response-header-control-update', 'custom-headers'], restricts: false },
          { directive: 'if', line: 3, annotations: [], restricts: false },
          { directive: 'return', line: 4, annotations: [], restricts: true },
        ],
      },
      restricts: true,
    });
    expect(digestOfSnippet('add_header A').text).toBe('It holds no directive. From line 1 on it cannot be read: "add_header" has no ";".');
  });
});

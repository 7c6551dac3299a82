import { describe, expect, it } from 'vitest';
import { compareDiagnostics, type Diagnostic, defineDiagnostics } from './diagnostic.ts';
import { formatDiagnostics, formatDiagnosticsGitHub, summarize } from './format-diagnostics.ts';
import { sourceFrame } from './source-frame.ts';

const object = { kind: 'Ingress', namespace: 'default', name: 'shop' };
const age: Diagnostic = {
  code: 'cors/invalid-max-age',
  severity: 'warning',
  consequence: 'default-used',
  message: '"soon" is not a whole number of seconds; the default 1728000 is used.',
  help: 'write the value in seconds, for example "600".',
  object,
  path: ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/cors-max-age'],
  span: { file: 'shop.yaml', line: 3, column: 3, length: 24 },
  related: [{ object, path: ['spec'], span: { file: 'shop.yaml', line: 1, column: 1, length: 1 }, message: 'here' }],
};
const text = 'kind: Ingress\nmetadata:\n  cors-max-age: soon-soon-soon # really\n';
const note: Diagnostic = { code: 'a/note', severity: 'info', consequence: 'none', message: 'For the record.' };
const error: Diagnostic = {
  code: 'a/broken',
  severity: 'error',
  consequence: 'object-rejected',
  message: 'Broken.',
  span: { file: 'a.yaml', line: 9, column: 1, length: 3 },
};

describe('text', () => {
  it('shows place, object, message, source line, help and related places', () => {
    expect(formatDiagnostics([age], { sources: new Map([['shop.yaml', text]]), width: 80 })).toBe(
      [
        'warning  cors/invalid-max-age                                      shop.yaml:3:3',
        '  Ingress default/shop · metadata.annotations["nginx.ingress.kubernetes.io/cors-max-age"]',
        '  "soon" is not a whole number of seconds; the default 1728000 is used.',
        '  3 |   cors-max-age: soon-soon-soon # really',
        '    |   ^^^^^^^^^^^^^^^^^^^^^^^^',
        '  help: write the value in seconds, for example "600".',
        '  related: Ingress default/shop · spec (shop.yaml:1:1): here',
        '',
      ].join('\n'),
    );
  });

  it('has errors first, a blank line between, and no notes unless asked for', () => {
    const shown = formatDiagnostics([note, age, error]);
    expect(shown.indexOf('a/broken')).toBeLessThan(shown.indexOf('cors/'));
    expect(shown).not.toContain('a/note');
    expect(shown.split('\n\n')).toHaveLength(2);
    expect(formatDiagnostics([note], { showInfo: true })).toBe('info     a/note\n  For the record.\n');
    expect(formatDiagnostics([note])).toBe('');
    expect(formatDiagnostics([])).toBe('');
  });

  it('does without a source, and with one that has changed', () => {
    for (const sources of [new Map(), new Map([['shop.yaml', 'short']]), new Map([['other', text]])]) {
      expect(formatDiagnostics([age], { sources })).not.toContain(' | ');
    }
  });

  it('paints what it is asked to', () => {
    const mark = (name: string) => (part: string) => `<${name}>${part}</>`;
    const color = { warning: mark('w'), code: mark('c'), place: mark('p'), help: mark('h'), frame: mark('f') };
    const shown = formatDiagnostics([age], { sources: new Map([['shop.yaml', text]]), color });
    for (const part of ['<w>warning</>', '<c>cors/invalid-max-age</>', '<p>shop.yaml:3:3</>', '<h>help:</>', '<f>3 |</>', '<w>^^^^'])
      expect(shown).toContain(part);
  });

  it('lets nothing act on the terminal', () => {
    const hostile = '\u001b[31mred\u0007\u202e\n::error::\r';
    const shown = formatDiagnostics(
      [
        {
          ...age,
          code: `x/${hostile}`,
          message: hostile,
          help: hostile,
          object: { kind: hostile, name: hostile },
          path: [hostile],
          span: { ...age.span, file: hostile } as never,
          related: [{ object, message: hostile }],
        },
      ],
      { sources: new Map([[hostile, `\n\n  ${hostile}`]]) },
    );
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(shown.split('\n').some((line) => line.startsWith('::'))).toBe(false);
    expect(formatDiagnostics([{ ...note, severity: 'error', message: 'x'.repeat(5000) }]).length).toBeLessThan(1200);
  });
});

describe('source lines', () => {
  it('are cut around the place', () => {
    const long = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
    const frame = sourceFrame(long, { file: 'f', line: 1, column: 501, length: 4 }, 60);
    expect(frame?.line).toMatch(/^…a+HEREb+…$/);
    expect(frame?.line.length).toBe(62);
    expect(frame?.line.slice(frame.underline?.indent.length ?? 0)).toMatch(/^HERE/);
    expect(frame?.underline?.carets).toBe('^^^^');
  });

  it('stand under their text with tabs, carriage returns and a byte order mark', () => {
    expect(sourceFrame('\uFEFFa:\tb\r\nc', { file: 'f', line: 1, column: 4, length: 1 }, 80)).toEqual({
      line: 'a: b',
      underline: { indent: '   ', carets: '^' },
    });
    expect(sourceFrame('x', { file: 'f', line: 2, column: 1, length: 1 }, 80)).toBeUndefined();
    expect(sourceFrame('x', { file: 'f', line: 1, column: 90, length: 5 }, 80)).toEqual({
      line: 'x',
      underline: { indent: ' ', carets: '^' },
    });
  });

  it.each([
    'kind: Secret\nstringData:\n  a: hunter2\n',
    '{"kind": "Secret",\n"stringData": {\n  "a": "hunter2"}}',
    "'kind' :\n  Secret\nstringData: hunter2",
    'apiVersion: v1\nstringData:\n  a: hunter2\n',
    'kind: List\nitems:\n- {kind: Secret, data: {a: hunter2}}\n',
  ])('of documents with a Secret are withheld: %j', (secret) => {
    const whole = `a: 1\n---\n${secret}\n---\nb: 2\n`;
    whole.split('\n').forEach((line, index) => {
      const frame = sourceFrame(whole, { file: 'f', line: index + 1, column: 1, length: 5 }, 80);
      expect(JSON.stringify(frame)).not.toContain('hunter2');
      if (line === 'a: 1' || line === 'b: 2') expect(frame?.line).toBe(line);
    });
  });
});

describe('GitHub commands', () => {
  it('mark lines and escape everything', () => {
    expect(formatDiagnosticsGitHub([age])).toBe(
      '::warning file=shop.yaml,line=3,col=3,endColumn=27,title=cors/invalid-max-age::Ingress default/shop · ' +
        'metadata.annotations["nginx.ingress.kubernetes.io/cors-max-age"]: "soon" is not a whole number of seconds; the default 1728000 is used.%0A' +
        'help: write the value in seconds, for example "600".\n',
    );
    const hostile = formatDiagnosticsGitHub([
      { ...error, message: '100%\n::add-mask::x', span: { file: 'a,b:c\n.yaml', line: 1, column: 1, length: 1 } },
    ]);
    expect(hostile.trimEnd().split('\n')).toHaveLength(1);
    expect(hostile).toContain('file=a%2Cb%3Ac\\n.yaml');
    expect(hostile).toContain('100%25\\n::add-mask');
    expect(formatDiagnosticsGitHub([note])).toBe('');
    expect(formatDiagnosticsGitHub([note], { showInfo: true })).toBe('::notice title=a/note::For the record.\n');
  });
});

describe('diagnostics as data', () => {
  it('have a total order that does not depend on the input', () => {
    const some = [
      note,
      age,
      error,
      { ...error, message: 'Broken again.' },
      { ...age, path: ['x'] },
      { ...error, span: { ...error.span, line: 2 } as never },
    ];
    const wanted = [...some].sort(compareDiagnostics).map((diagnostic) => JSON.stringify(diagnostic));
    expect(
      [...some]
        .reverse()
        .sort(compareDiagnostics)
        .map((diagnostic) => JSON.stringify(diagnostic)),
    ).toEqual(wanted);
    expect(some.map(({ severity }) => severity).sort()).toEqual(['error', 'error', 'error', 'info', 'warning', 'warning']);
    expect(summarize(some)).toEqual({ error: 3, warning: 2, info: 1 });
  });

  it('are declared with an owner and names in kebab case', () => {
    const definition = { severity: 'warning', consequence: 'none', title: 'T', doc: 'D.' } as const;
    const set = defineDiagnostics('acme/tenant', { 'no-tenant': definition });
    expect(set.make('no-tenant', { message: 'M.' })).toEqual({
      code: 'acme/tenant/no-tenant',
      severity: 'warning',
      consequence: 'none',
      message: 'M.',
    });
    expect(set.make('no-tenant', { message: 'M.', severity: 'error' }).severity).toBe('error');
    expect(() => defineDiagnostics('Acme', {})).toThrow(TypeError);
    expect(() => defineDiagnostics('a', { noTenant: definition })).toThrow(TypeError);
    expect(() => set.make('other' as 'no-tenant', { message: '' })).toThrow(TypeError);
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes variables this way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTemplate, nginxTemplate, parseTemplate, variablesOf } from './template.ts';

test.each([
  ['plain', ['plain']],
  ['', []],
  ['$host', [{ variable: 'host' }]],
  ['http://$host/a', ['http://', { variable: 'host' }, '/a']],
  ['${host}name', [{ variable: 'host' }, 'name']],
  ['$hostname', [{ variable: 'hostname' }]],
  ['$HTTP_X_A-b', [{ variable: 'http_x_a' }, '-b']],
  ['$12', [{ variable: '1' }, '2']],
  ['a$b$c', ['a', { variable: 'b' }, { variable: 'c' }]],
])('%s is taken apart', (text, template) => {
  expect(parseTemplate(text)).toEqual({ ok: true, value: template });
});

test.each(['$', 'a$', '$-', '${host', '${}', '$0', '$ host', '$$', 'a'.repeat(4097), '$a'.repeat(65)])('%s is no template', (text) => {
  expect(parseTemplate(text).ok).toBe(false);
});

test('a codec refuses line breaks and what does not have its form', () => {
  const key = nginxTemplate({ form: { pattern: /^[\w${}-]+$/, grammar: 'a key', problem: 'is no key' } });
  expect(nginxTemplate().parse(' $host \n')).toEqual({ ok: true, value: [{ variable: 'host' }] });
  expect(nginxTemplate().parse('a\nb').ok).toBe(false);
  expect(key.parse('$remote_user$http_authorization').ok).toBe(true);
  expect(key.parse('a;b').ok).toBe(false);
});

test('variables are named once', () => {
  const read = parseTemplate('$a$b${A}');
  expect(read.ok && variablesOf(read.value)).toEqual(['a', 'b']);
});

test('a template survives being written out', () => {
  const parts = fc.oneof(
    fc.stringMatching(/^[a-z0-9/.-]{1,5}$/),
    fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/).map((variable) => ({ variable })),
    fc.constantFrom({ variable: '1' }, { variable: '9' }),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (written) => {
      // Neighbouring texts are one text once they are written.
      const merged = written.reduce<(string | { variable: string })[]>((all, part) => {
        const last = all.at(-1);
        if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
        else all.push(part);
        return all;
      }, []);
      expect(parseTemplate(formatTemplate(merged))).toEqual({ ok: true, value: merged });
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseTemplate(text)));
});

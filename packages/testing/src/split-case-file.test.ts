import { describe, expect, it } from 'vitest';
import { splitCaseFile } from './split-case-file.ts';

const text = `apiVersion: v1
kind: Service
metadata: { name: a }
---
kind: Case # the first
title: one
--- # and
kind: Namespace
metadata: { name: kind }
---
title: two
kind: 'Case'
`;

describe('splitCaseFile', () => {
  it('blanks out the cases and leaves every manifest on its line', () => {
    const { manifests } = splitCaseFile(text);
    expect(manifests).not.toContain('Case');
    expect(manifests.split('\n').length).toBe(text.split('\n').length);
    for (const [index, line] of text.split('\n').entries()) {
      if (/Service|Namespace|metadata/.test(line)) expect(manifests.split('\n')[index]).toBe(line);
    }
  });

  it('places offsets of a case in the file', () => {
    const { cases } = splitCaseFile(text);
    expect(cases.map(({ line }) => line)).toEqual([4, 10]);
    const [first] = cases;
    const offset = first?.text.indexOf('title') ?? 0;
    expect(first?.place(offset)).toEqual({ line: 6, column: 1 });
    expect(text.slice(first?.start).startsWith('---\nkind: Case')).toBe(true);
  });

  it('does not lose a case beside a broken manifest', () => {
    const { manifests, cases } = splitCaseFile('kind: [\n---\nkind: Case\ntitle: x\n');
    expect(manifests).toContain('kind: [');
    expect(cases).toHaveLength(1);
  });

  it('takes Windows line ends', () => {
    const { cases } = splitCaseFile('kind: Service\r\n---\r\nkind: Case\r\ntitle: x\r\n');
    expect(cases).toHaveLength(1);
    expect(cases[0]?.document.errors).toEqual([]);
  });
});

import { formatRequest, parseCaseFile } from '@ingresskit/testing';
import { compile, decide } from 'ingresskit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseTexts } from '../case-files.ts';
import { SocketDriver, type Version } from './socket-driver.ts';

let driver: SocketDriver;
beforeAll(async () => {
  driver = await SocketDriver.open();
});
afterAll(() => driver.close());

let sent = 0;
let held = 0;

// The third driver: what the case files say also happens over sockets, in both versions of HTTP.
describe('case files over sockets', () => {
  for (const { file, text } of caseTexts()) {
    const { cases } = parseCaseFile(text, file);
    it(file, async () => {
      const differences: string[] = [];
      for (const subject of cases) {
        const compiled = compile(subject.resources, subject.options);
        await driver.serve(compiled, compiled.table);
        for (const { request } of subject.requests) {
          if (SocketDriver.obstacleOf(request) !== undefined) {
            held += 1;
            continue;
          }
          const expected = decide(compiled.table, request);
          if (SocketDriver.limitOf(expected) !== undefined) continue;
          for (const version of ['HTTP/1.1', 'HTTP/2'] satisfies Version[]) {
            sent += 1;
            const difference = await driver.difference(request, expected, version);
            if (difference !== undefined) differences.push(`${subject.title}: ${version} ${formatRequest(request)}: ${difference}`);
          }
        }
      }
      expect(differences).toEqual([]);
    });
  }

  it('most requests of the case files can be sent', () => {
    expect(sent).toBeGreaterThan(0);
    expect(held / (held + sent / 2)).toBeLessThan(0.25);
  });
});

import { createMatcher } from '@ingresskit/matcher';
import { createReferenceLocator } from '@ingresskit/matcher/reference';
import { diffTables, fromJSON, type RouteTableJson, toJSON } from '@ingresskit/route-table';
import fc from 'fast-check';
import { createGateway, defaultCapabilities } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { cluster, requests } from '../generate/index.ts';
import { everyProfile, law, textOf } from './law.ts';

const runs = 400;

describe.each(everyProfile)('%s', (name, profile) => {
  const gateway = createGateway({ profile, allowExternalNames: true });
  const reference = createMatcher(profile, createReferenceLocator());
  const scene = fc.tuple(cluster(profile), requests);

  it('the reference matcher and the indexed matcher agree, and an explanation is of the decision', () => {
    law(`${name}: reference = indexed, explain = decide`, scene, runs, ([objects, all]) => {
      const { table } = gateway.compile(objects);
      for (const request of all) {
        const match = gateway.match(table, request);
        const wanted = reference.match(table, request);
        expect(match?.route).toBe(wanted?.route);
        expect(match?.host).toBe(wanted?.host);
        const decision = gateway.decide(table, request, defaultCapabilities());
        expect(decision).toEqual(reference.decide(table, request, defaultCapabilities()));
        const explanation = gateway.explain(table, request, defaultCapabilities());
        expect(explanation.decision).toEqual(decision);
        expect(explanation.steps.length).toBeGreaterThan(0);
      }
    });
  });

  it('a table that was written down and read again is the same table', () => {
    law(`${name}: fromJSON(toJSON(t)) = t`, scene, runs, ([objects, all]) => {
      const { table } = gateway.compile(objects);
      const text = textOf(table);
      const revived = fromJSON(JSON.parse(text) as RouteTableJson);
      expect(JSON.stringify(toJSON(revived))).toBe(text);
      expect(diffTables(table, revived)).toEqual([]);
      expect(text).not.toContain('hunter2');
      for (const request of all) {
        const before = gateway.decide(table, request, defaultCapabilities());
        const after = gateway.decide(revived, request, defaultCapabilities());
        // Without the credentials a gate stays shut; nothing else may differ.
        if (text.includes('$sensitive') && after.kind === 'respond') continue;
        expect(after).toEqual(before);
      }
    });
  });
});

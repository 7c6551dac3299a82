import { expect, it } from 'vitest';
import { nodeProblem } from './node-floor.ts';

it.each(['v22.23.0', 'v22.23.3', '24.18.0', 'v24.21.0', 'v26.0.0', 'v28.1.0'])('%s is fine', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

it.each(['v22.22.9', 'v24.17.1', 'v23.11.0', 'v25.2.0', 'v20.20.2', 'nonsense'])('%s is warned of', (version) => {
  expect(nodeProblem(version)).toContain('known holes');
});

import { expect, test } from 'vitest';
import { refusal } from './observe.ts';

test('a step that the cloud refuses is told with what it said', () => {
  expect(refusal('edge', { kind: 'wait-until-running', reason: 'the gateway is being created' }, 'the quota is used up')).toMatchObject({
    code: 'cloud/refused-step',
    object: { kind: 'MseIngressConfig', name: 'edge' },
    message: 'The cloud refuses wait-until-running: the quota is used up',
    help: 'It is not tried again until the object changes.',
  });
});

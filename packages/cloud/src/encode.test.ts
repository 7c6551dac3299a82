import { expect, it } from 'vitest';
import { encodeParameters } from './encode.ts';

it('numbers tag lists, writes other lists and objects as JSON text, and leaves absent values out (mse.md §5.1)', () => {
  expect(
    encodeParameters({
      Name: 'edge',
      Replica: 0,
      EnableSls: false,
      Spec: undefined,
      Tag: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: undefined },
      ],
      ResourceId: ['gw-1', 'gw-2'],
      TagKey: ['a'],
      FilterParams: { Name: 'x' },
      ZoneInfo: [{ ZoneId: 'z', VSwitchId: 'v' }],
    }),
  ).toEqual({
    Name: 'edge',
    Replica: '0',
    EnableSls: 'false',
    'Tag.1.Key': 'a',
    'Tag.1.Value': '1',
    'Tag.2.Key': 'b',
    'ResourceId.1': 'gw-1',
    'ResourceId.2': 'gw-2',
    'TagKey.1': 'a',
    FilterParams: '{"Name":"x"}',
    ZoneInfo: '[{"ZoneId":"z","VSwitchId":"v"}]',
  });
});

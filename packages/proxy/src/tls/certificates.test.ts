import { parseManifests } from '@ingresskit/resources/yaml';
import { compile } from 'ingresskit';
import { expect, it } from 'vitest';
import { createAuthority, tlsSecretYaml } from '../testing/certificates.ts';
import { ingressYaml, serviceYaml } from '../testing/harness.ts';
import { Certificates } from './certificates.ts';

it('contexts of policies that came and went are not kept for as long as their certificate', async () => {
  const pair = await (await createAuthority()).issue('a.example');
  const text = ingressYaml('a', 'a.example', { '/': 'web' }, {}, 'a') + serviceYaml('web') + tlsSecretYaml('a', pair);
  const { table, snapshot } = compile(parseManifests(text, { file: 'a.yaml' }).resources, { profile: 'mse' });
  const certificates = new Certificates(pair, (name, error) => expect.unreachable(`${name}: ${error}`));
  for (const host of ['a.example', 'other.example']) {
    const contextOf = (index: number) => certificates.contextOf(table, snapshot, host, { key: `policy ${index}`, terms: {} });
    const first = contextOf(0);
    expect(first).toBeDefined();
    expect(contextOf(0)).toBe(first);
    for (let index = 1; index < 300; index++) contextOf(index);
    expect(contextOf(299)).toBe(contextOf(299));
    expect(contextOf(0), host).not.toBe(first);
  }
});

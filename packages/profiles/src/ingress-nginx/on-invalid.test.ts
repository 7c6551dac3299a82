import { existsSync, readFileSync } from 'node:fs';
import { describeAnnotations } from '@ingresskit/annotations';
import { expect, test } from 'vitest';
import { ingressNginx } from './ingress-nginx.ts';

/** The page of facts, where it is at hand; the tables it was read from are in the profile. */
const csv = new URL('../../../../../shared/spec/annotations-ingress-nginx.csv', import.meta.url);

/** Where the controller's own outcome would open something or cannot be had, by name: the outcome here. Each is a listed deviation. */
const stricter: Readonly<Record<string, string>> = {
  'auth-always-set-cookie': 'deny-route',
  'auth-cache-duration': 'deny-route',
  'auth-request-redirect': 'deny-route',
  'cors-allow-origin': 'ignore-family',
  'enable-modsecurity': 'deny-route',
  'enable-owasp-core-rules': 'deny-route',
};

const closing = ['deny-route', 'deny-host', 'reject-ingress'];

function outcomes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, dialect, profiles } of describeAnnotations([ingressNginx])) {
    const onProfile = profiles['ingress-nginx'];
    if (dialect === 'nginx' && onProfile?.onInvalid !== undefined) found.set(name, onProfile.onInvalid);
  }
  return found;
}

test.skipIf(!existsSync(csv))('an invalid value does what the controller does with it, or less', () => {
  const ours = outcomes();
  const wrong: string[] = [];
  for (const line of readFileSync(csv, 'utf8').trim().split('\n').slice(1)) {
    const columns = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const [name = ''] = columns;
    const written = columns.at(-1) ?? '';
    const outcome = ours.get(name);
    if (outcome === undefined || written.startsWith('no validation')) continue;
    const expected = stricter[name];
    const agrees =
      expected !== undefined
        ? outcome === expected
        : written.startsWith('REJECT')
          ? outcome === 'reject-ingress'
          : written.startsWith('DENY')
            ? outcome === 'deny-route'
            : outcome === 'default' || outcome === 'ignore-field' || outcome === 'ignore-family';
    if (!agrees) wrong.push(`${name}: ${outcome}, and the controller: ${written}`);
  }
  expect(wrong).toEqual([]);
});

test('gates never open', () => {
  for (const family of ingressNginx.families.filter(({ restricting }) => restricting)) {
    for (const field of Object.values(family.fields)) {
      const outcome = outcomes().get(field.key);
      if (outcome !== undefined && field.tunes !== true) expect([field.key, closing.includes(outcome)]).toEqual([field.key, true]);
    }
  }
});

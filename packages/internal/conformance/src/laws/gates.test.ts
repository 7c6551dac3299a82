import { type Family, type Profile, registryOf } from '@ingresskit/annotations';
import type { Diagnostic, Ingress, IngressBackend, Resource } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import fc from 'fast-check';
import { createGateway, type Decision, defaultCapabilities, type RequestInput } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { familyKeys, oddValues, oneOf } from '../generate/index.ts';
import { everyProfile, law } from './law.ts';

const others = parseManifests(
  `
apiVersion: v1
kind: Service
metadata: { name: inner }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: outer }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: users }
stringData: { auth: "user:{SHA}EfatjsUqKYRtC5NUu5PPWdKN4pA=" }
---
# Whoever loses the way to /admin ends up here, where nobody asks who they are.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: wide, creationTimestamp: "2026-01-02T00:00:00Z" }
spec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: outer, port: { number: 80 } } } }] } }] }
`,
  { file: 'wide.yaml' },
).resources;

function guarded(
  annotations: Readonly<Record<string, string>>,
  backend: IngressBackend = { service: { name: 'inner', port: { number: 80 } } },
): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'guarded', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', annotations },
    spec: { rules: [{ host: 'a.example', http: { paths: [{ path: '/admin', pathType: 'Prefix', backend }] } }] },
  };
}

const visits: readonly RequestInput[] = ['127.0.0.1', '10.1.2.3', '203.0.113.9', '2001:db8::1', '192.0.2.1'].flatMap((clientAddress) =>
  [undefined, 'user:x', 'user:wrong', ':'].map((credentials) => ({
    url: 'https://a.example/admin/x',
    clientAddress,
    ...(credentials === undefined ? {} : { headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }),
  })),
);

interface Gate {
  readonly family: Family;
  readonly annotations: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

/** One sound gate for each restricting family, and the keys of its fields. What the gateway's operator lets nobody write is left out: it refuses the Ingress. */
function gatesOf(profile: Profile): readonly Gate[] {
  const gateway = createGateway({ profile });
  const isAllowed = (key: string, value: string): boolean =>
    gateway
      .compile([...others, guarded({ [key]: value })])
      .diagnostics.every(({ code, consequence }) => !code.startsWith('admission/') || consequence !== 'object-rejected');
  return familyKeys(profile)
    .filter(({ family }) => family.restricting)
    .map(({ family, fields }) => {
      const allowed = fields.filter(({ keys, example }) => isAllowed(keys[0] ?? '', example));
      return {
        family,
        annotations: Object.fromEntries(allowed.map(({ keys, example }) => [keys[0] ?? '', example])),
        keys: allowed.flatMap(({ keys }) => keys),
      };
    })
    .filter(({ keys }) => keys.length > 0);
}

describe.each(everyProfile)('%s', (name, profile) => {
  const gateway = createGateway({ profile });
  const { spellings } = registryOf(profile);
  const gates = gatesOf(profile);
  const decisionsOf = (
    objects: readonly Resource[],
  ): { readonly decisions: readonly Decision[]; readonly diagnostics: readonly Diagnostic[] } => {
    const { table, diagnostics } = gateway.compile(objects);
    return { decisions: visits.map((visit) => gateway.decide(table, visit, defaultCapabilities())), diagnostics };
  };

  it('has gates', () => {
    expect(gates.length).toBeGreaterThan(0);
  });

  const broken = oneOf(gates).chain(({ family, annotations, keys }) =>
    fc.tuple(
      fc.constant(family),
      oneOf(keys),
      fc.oneof(
        { weight: 3, arbitrary: oneOf(oddValues) },
        { weight: 1, arbitrary: fc.string() },
        { weight: 1, arbitrary: oneOf(Object.values(annotations)).map((value) => `${value},bad/value`) },
      ),
      // Alone, or beside the sound values of the others.
      oneOf([{}, annotations]),
    ),
  );

  it('a gate with a value it cannot read lets nobody in, and nobody reaches the wider route behind it', () => {
    let closed = 0;
    law(`${name}: gates`, broken, 1500, ([family, key, value, rest]) => {
      const spelling = spellings.get(key);
      if (spelling === undefined) throw new Error(`no field ${key}`);
      const isBlank = spelling.field.codec.blank !== 'value' && value.trim() === '';
      const result = isBlank ? undefined : spelling.field.codec.parse(value);
      const { decisions, diagnostics } = decisionsOf([...others, guarded({ ...rest, [key]: value })]);
      // Whatever the value, the guarded path is never the wide route's.
      for (const decision of decisions) expect(decision.kind === 'no-route' ? undefined : decision.route?.ingress).toBe('default/guarded');
      if (result?.ok === true) return;
      // An earlier prefix may set the same field soundly; then the bad one is not read.
      const other = Object.keys(rest).find(
        (candidate) =>
          candidate !== key && spellings.get(candidate)?.fieldName === spelling.fieldName && spellings.get(candidate)?.family === family,
      );
      if (other !== undefined) return;
      closed++;
      if (spelling.field.tunes === true) {
        // It only tunes: what comes in would come in without it, and with its sound value.
        const { [key]: _, ...untuned } = { ...rest, [key]: value };
        for (const annotations of [untuned, { ...untuned, [key]: spelling.field.example }]) {
          const other = decisionsOf([...others, guarded(annotations)]).decisions;
          decisions.forEach(({ kind }, index) => {
            if (kind === 'forward') expect(other[index]?.kind).toBe('forward');
          });
        }
        return;
      }
      // Closed, or as strict as the strictest valid value.
      for (const decision of decisions) expect(decision.kind).toBe('respond');
      expect(diagnostics.filter(({ path, code }) => path?.[2] === key && code === 'annotation/invalid-value')).toHaveLength(1);
    });
    expect(closed).toBeGreaterThan(100);
  });

  it('a gate stands in the way also where the backend cannot be resolved', () => {
    const backends: IngressBackend[] = [
      { service: { name: 'inner', port: { name: 'nope' } } },
      { service: { name: 'missing', port: { name: 'http' } } },
      { service: { name: 'missing', port: { number: 80 } } },
      { service: { name: 'inner', port: { number: 81 } } },
      { resource: { kind: 'Bucket', name: 'b' } },
      { service: { name: 'NOT-A-NAME', port: { number: 80 } } },
      { service: { name: 'inner' } },
      {},
    ];
    for (const { annotations, family } of gates) {
      for (const backend of backends) {
        const { decisions } = decisionsOf([...others, guarded(annotations, backend)]);
        for (const decision of decisions) expect(decision.kind, `${family.name} ${JSON.stringify(backend)}`).not.toBe('forward');
      }
    }
  });

  it('a sound gate is not a closed one', () => {
    const lists = Object.fromEntries(
      profile.prefixes
        .flatMap(({ prefix }) =>
          spellings.has(`${prefix}whitelist-source-range`) ? [[`${prefix}whitelist-source-range`, '10.0.0.0/8']] : [],
        )
        .slice(0, 1),
    );
    const { decisions } = decisionsOf([...others, guarded(lists)]);
    expect(decisions.filter(({ kind }) => kind === 'forward')).toHaveLength(4);
  });

  it('each restriction narrows: with it, fewer requests come in than without', () => {
    const open = decisionsOf([...others, guarded({})]).decisions;
    for (const { annotations, keys } of gates) {
      for (const value of oddValues) {
        for (const key of keys) {
          const { decisions } = decisionsOf([...others, guarded({ ...annotations, [key]: value })]);
          decisions.forEach((decision, index) => {
            if (decision.kind === 'forward') expect(open[index]?.kind).toBe('forward');
          });
        }
      }
    }
  });
});

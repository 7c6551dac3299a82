import { afterEach, describe, expect, it } from 'vitest';
import { coreEvents, events } from './api-resource.ts';
import { type EventNote, EventWriter, noteOf } from './event-writer.ts';
import { createClient } from './object-client.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';

const servers: FakeApiServer[] = [];

afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

function bench(hasEventsGroup = true) {
  const clock = new VirtualClock();
  const server = createFakeApiServer({ clock });
  if (!hasEventsGroup) server.uninstall(events);
  servers.push(server);
  const client = createClient({ server: server.transport(), clock });
  return { clock, server, writer: new EventWriter({ client, clock, controller: 'ingresskit.test/gateway', instance: 'gateway-0' }) };
}

const note: EventNote = {
  object: { kind: 'Ingress', namespace: 'shop', name: 'cart', uid: 'u-1' },
  type: 'Warning',
  reason: 'CorsInvalidMaxAge',
  note: '"soon" is not a whole number of seconds.',
};

describe('EventWriter', () => {
  it('writes an Event of the events group at the object', async () => {
    const { server, writer } = bench();
    expect(await writer.write(note)).toBe('created');
    expect(server.list(events)).toEqual([
      expect.objectContaining({
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'ingresskit.test/gateway',
        regarding: { kind: 'Ingress', namespace: 'shop', name: 'cart', uid: 'u-1', apiVersion: 'networking.k8s.io/v1' },
        reason: 'CorsInvalidMaxAge',
        type: 'Warning',
        action: 'Compile',
      }),
    ]);
  });

  it('goes to the core group for a cluster-scoped object of a server that wants such Events elsewhere', async () => {
    const { server, writer } = bench();
    server.fail({ verb: 'create', resource: 'events' }, { kind: 'status', code: 422, message: 'involvedObject.namespace: does not match' });
    expect(await writer.write({ ...note, object: { kind: 'MseIngressConfig', name: 'edge' } })).toBe('created');
    expect(server.list(coreEvents)).toEqual([expect.objectContaining({ reason: 'CorsInvalidMaxAge', message: note.note })]);
    server.fail({ verb: 'create', resource: 'events' }, { kind: 'status', code: 422, message: 'reason: too long' });
    await expect(writer.write({ ...note, note: 'another' })).rejects.toMatchObject({ code: 'kubernetes/invalid' });
  });

  it('counts the same note, and writes the count once a minute', async () => {
    const { server, writer, clock } = bench();
    await writer.write(note);
    for (let round = 0; round < 90; round += 1) {
      await clock.advance(1_000);
      expect(await writer.write(note)).toBe(round === 59 ? 'counted' : 'joined');
    }
    expect(server.list(events)).toEqual([
      expect.objectContaining({ series: { count: 61, lastObservedTime: '2026-01-01T00:01:00.000000Z' } }),
    ]);
    expect(server.requestsOf('patch')).toHaveLength(1);
  });

  it('begins anew when the server has forgotten the Event', async () => {
    const { server, writer, clock } = bench();
    await writer.write(note);
    const [written] = server.list(events);
    if (written !== undefined) server.remove(written);
    await clock.advance(61_000);
    expect(await writer.write(note)).toBe('created');
  });

  it('thins out what one object has to say, and leaves other objects alone', async () => {
    const { writer, clock } = bench();
    const outcomes: string[] = [];
    for (let number = 0; number < 40; number += 1) outcomes.push(await writer.write({ ...note, note: `note ${number}` }));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(25);
    expect(outcomes.slice(25).every((outcome) => outcome === 'dropped')).toBe(true);
    expect(await writer.write({ ...note, object: { ...note.object, name: 'other' } })).toBe('created');
    await clock.advance(300_000);
    expect(await writer.write({ ...note, note: 'later' })).toBe('created');
  });

  it('uses core Events where the group is not served', async () => {
    const { server, writer, clock } = bench(false);
    await writer.write({ ...note, object: { kind: 'MseIngressConfig', name: 'edge' } });
    await clock.advance(61_000);
    await writer.write({ ...note, object: { kind: 'MseIngressConfig', name: 'edge' } });
    expect(server.list(coreEvents)).toEqual([
      expect.objectContaining({
        count: 2,
        lastTimestamp: '2026-01-01T00:01:01Z',
        involvedObject: { kind: 'MseIngressConfig', name: 'edge', apiVersion: 'mse.alibabacloud.com/v1alpha1' },
      }),
    ]);
    expect(server.list(coreEvents)[0]?.metadata.namespace).toBe('default');
  });

  it('keeps notes within the length that the server allows', async () => {
    const { server, writer } = bench();
    await writer.write({ ...note, note: 'ü'.repeat(1_000) });
    const text = String(server.list(events)[0]?.['note']);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
    expect(text).toMatch(/^ü+…$/);
  });

  it('tries a note again that could not be written', async () => {
    const { server, writer } = bench();
    server.fail({ verb: 'create', resource: 'events' }, { kind: 'status', code: 403 });
    await expect(writer.write(note)).rejects.toMatchObject({ code: 'kubernetes/forbidden' });
    expect(await writer.write(note)).toBe('created');
  });

  it('makes a note of a diagnostic', () => {
    const diagnostic = {
      code: 'cors/invalid-max-age',
      severity: 'warning',
      consequence: 'default-used',
      message: 'Bad.',
      help: 'Do.',
    } as const;
    expect(noteOf({ ...diagnostic, object: note.object, path: [], data: {} })).toMatchObject({
      reason: 'CorsInvalidMaxAge',
      note: 'Bad. Do.',
      type: 'Warning',
    });
    expect(noteOf({ ...diagnostic, path: [], data: {} })).toBeUndefined();
  });
});

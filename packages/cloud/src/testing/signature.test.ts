import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCloudClient } from '../client.ts';
import { createVerifier, type KnownKey, type RawRequest } from './signature.ts';

const key = { accessKeyId: 'LTAIabcdefghijkl', accessKeySecret: 'the-secret' };

/** A request as the vendor's package really sends it. */
async function recordVendorRequest(credentials: {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}): Promise<RawRequest> {
  const recorded: RawRequest[] = [];
  const server = createServer((request, response) => {
    recorded.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: Buffer.alloc(0) });
    response.end('{"Success":true,"RequestId":"1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createCloudClient({ region: 'cn-test', endpoint: `http://127.0.0.1:${port}`, credentials });
  await client.addGateway({ Region: 'cn-test', Vpc: 'vpc', Name: "a b*'()!~+&=%ü", Tag: [{ Key: 'k/1', Value: ' v ' }] });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const [only] = recorded;
  if (only === undefined) throw new Error('no request came');
  return only;
}

let request: RawRequest;
beforeAll(async () => {
  request = await recordVendorRequest(key);
});

const check = (raw: RawRequest, now = () => Date.now(), keys: readonly KnownKey[] = [key]) => createVerifier(() => keys, now)(raw)?.code;
const withHeaders = (headers: IncomingHttpHeaders): RawRequest => ({ ...request, headers: { ...request.headers, ...headers } });

describe('createVerifier', () => {
  it('accepts what the vendor’s package signed, once', () => {
    const verify = createVerifier(() => [key], Date.now);
    expect(verify(request)).toBeUndefined();
    expect(verify(request)?.code).toBe('SignatureNonceUsed');
  });

  it('accepts a request signed by hand from the published algorithm', () => {
    const empty = createHash('sha256').update('').digest('hex');
    const headers: Record<string, string> = {
      host: 'mse.cn-test.aliyuncs.com',
      'x-acs-action': 'GetGateway',
      'x-acs-content-sha256': empty,
      'x-acs-date': '2026-01-02T03:04:05Z',
      'x-acs-signature-nonce': 'n1',
      'x-acs-version': '2019-05-31',
    };
    const canonical = [
      'POST',
      '/',
      'A=1%2A&B=x%20y',
      ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
      '',
      Object.keys(headers).join(';'),
      empty,
    ].join('\n');
    const text = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
    const signature = createHmac('sha256', key.accessKeySecret).update(text).digest('hex');
    const authorization = `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=${Object.keys(headers).join(';')},Signature=${signature}`;
    const raw = { method: 'POST', target: '/?B=x+y&A=1*', headers: { ...headers, authorization }, body: Buffer.alloc(0) };
    expect(check(raw, () => Date.UTC(2026, 0, 2, 3, 4, 5))).toBeUndefined();
  });

  it.each([
    ['another method', () => ({ ...request, method: 'GET' })],
    ['another path', () => ({ ...request, target: request.target.replace('/?', '/x?') })],
    ['a changed parameter', () => ({ ...request, target: request.target.replace('Vpc=vpc', 'Vpc=vpd') })],
    ['an added parameter', () => ({ ...request, target: `${request.target}&Spec=big` })],
    ['a removed parameter', () => ({ ...request, target: request.target.replace('&Vpc=vpc', '') })],
    ['another operation', () => withHeaders({ 'x-acs-action': 'DeleteGateway' })],
    ['another host', () => withHeaders({ host: 'elsewhere' })],
    ['an added unsigned x-acs header', () => withHeaders({ 'x-acs-extra': '1' })],
    ['a body', () => ({ ...request, body: Buffer.from('x') })],
    ['another date', () => withHeaders({ 'x-acs-date': new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z') })],
    ['another nonce', () => withHeaders({ 'x-acs-signature-nonce': 'fresh' })],
    ['a signature with one digit changed', () => withHeaders({ authorization: flipLast(request.headers.authorization ?? '') })],
  ])('refuses %s', (_name, change) => {
    expect(check(change())).toBe('SignatureDoesNotMatch');
  });

  it('refuses a missing or malformed Authorization', () => {
    const { authorization: _gone, ...headers } = request.headers;
    expect(check({ ...request, headers })).toBe('MissingParameter');
    expect(check(withHeaders({ authorization: 'Bearer x' }))).toBe('MissingParameter');
  });

  it('refuses an unknown key and a wrong secret', () => {
    expect(check(request, Date.now, [])).toBe('InvalidAccessKeyId.NotFound');
    expect(check(request, Date.now, [{ ...key, accessKeySecret: 'other' }])).toBe('SignatureDoesNotMatch');
  });

  it('refuses a request from another time, and does not spend its nonce', () => {
    const sent = Date.parse(String(request.headers['x-acs-date']));
    let now = sent + 15 * 60_000 + 1;
    const verify = createVerifier(
      () => [key],
      () => now,
    );
    expect(verify(request)?.code).toBe('InvalidTimeStamp.Expired');
    now = sent - 15 * 60_000 - 1;
    expect(verify(request)?.code).toBe('InvalidTimeStamp.Expired');
    now = sent + 15 * 60_000;
    expect(verify(request)).toBeUndefined();
  });

  it('holds a session to its token', async () => {
    const session = { ...key, securityToken: 'token-1' };
    const raw = await recordVendorRequest(session);
    expect(check(raw, Date.now, [session])).toBeUndefined();
    expect(check(raw, Date.now, [{ ...session, securityToken: 'token-2' }])).toBe('InvalidSecurityToken');
    expect(check(request, Date.now, [session])).toBe('InvalidSecurityToken');
  });
});

function flipLast(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}

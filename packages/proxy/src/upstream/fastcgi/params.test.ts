import { expect, test } from 'vitest';
import type { Outgoing } from '../call.ts';
import { type FastCgiRequest, fastCgiParams } from './params.ts';

const request: FastCgiRequest = {
  scheme: 'http',
  httpVersion: '1.1',
  requestUri: '/a/../?x=1',
  documentUri: '/',
  scriptName: '/index.php',
  remoteAddress: '203.0.113.7',
  remotePort: 50_000,
  serverAddress: '192.0.2.1',
  serverName: 'a.example',
  params: {},
  onStderr: () => undefined,
};
const outgoing: Outgoing = {
  method: 'GET',
  path: '/?x=1',
  host: 'a.example:8080',
  headers: [],
  body: undefined,
  length: 0,
  upgrade: undefined,
};

const paramsOf = (changes: Partial<Outgoing> = {}, told: Partial<FastCgiRequest> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(fastCgiParams({ ...outgoing, ...changes }, { ...request, ...told }));

test('the standard parameters', () => {
  expect(paramsOf()).toEqual({
    QUERY_STRING: 'x=1',
    REQUEST_METHOD: 'GET',
    CONTENT_TYPE: '',
    CONTENT_LENGTH: '',
    SCRIPT_NAME: '/index.php',
    REQUEST_URI: '/a/../?x=1',
    DOCUMENT_URI: '/',
    DOCUMENT_ROOT: '',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_SCHEME: 'http',
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_SOFTWARE: 'ingresskit',
    REMOTE_ADDR: '203.0.113.7',
    REMOTE_PORT: '50000',
    SERVER_ADDR: '192.0.2.1',
    SERVER_PORT: '80',
    SERVER_NAME: 'a.example',
    REDIRECT_STATUS: '200',
    HTTP_HOST: 'a.example:8080',
  });
});

test('over TLS and HTTP/2, with a body, through another proxy', () => {
  const body = Buffer.from('hi');
  const told = { scheme: 'https', httpVersion: '2', remotePort: undefined };
  expect(paramsOf({ method: 'POST', body, length: 2, headers: ['content-type', 'text/plain'] }, told)).toMatchObject({
    HTTPS: 'on',
    REQUEST_SCHEME: 'https',
    SERVER_PORT: '443',
    SERVER_PROTOCOL: 'HTTP/2.0',
    REMOTE_PORT: '',
    CONTENT_TYPE: 'text/plain',
    CONTENT_LENGTH: '2',
  });
});

test('headers are variables, several of a name are one', () => {
  const params = paramsOf({
    headers: ['X-A', '1', 'Accept', 'b', 'x-a', '2', 'cookie', 'a=1', 'Cookie', 'b=2', 'Content-Type', 'c', 'Content-Length', '9'],
  });
  expect(params).toMatchObject({ HTTP_X_A: '1, 2', HTTP_ACCEPT: 'b', HTTP_COOKIE: 'a=1; b=2', CONTENT_TYPE: 'c', CONTENT_LENGTH: '' });
  expect(params).not.toHaveProperty('HTTP_CONTENT_TYPE');
  expect(params).not.toHaveProperty('HTTP_CONTENT_LENGTH');
});

test('no header passes for the proxy of the process’s own requests, nor for another header', () => {
  expect(paramsOf({ headers: ['Proxy', 'http://evil', 'PROXY', 'http://evil'] })).not.toHaveProperty('HTTP_PROXY');
  for (const headers of [
    ['X-User', 'alice', 'X_User', 'mallory'],
    ['X_User', 'mallory', 'X-User', 'alice'],
    ['X-User', 'alice', 'X.User', 'mallory'],
  ]) {
    const params = paramsOf({ headers });
    expect(params['HTTP_X_USER']).toBe('alice');
    expect(JSON.stringify(params)).not.toContain('mallory');
  }
  expect(paramsOf({ headers: ['X_Lone', '1', 'Host_', 'x'] })).toMatchObject({ HTTP_X_LONE: '1', HTTP_HOST: 'a.example:8080' });
});

test('what the policy says comes last', () => {
  const params = { SCRIPT_FILENAME: '/srv/ä.php', SERVER_SOFTWARE: 'nginx/1.29', HTTP_X_A: 'policy', DOCUMENT_ROOT: '/srv' };
  expect(paramsOf({ headers: ['x-a', 'client'] }, { params })).toMatchObject({
    ...params,
    // Bytes, as characters.
    SCRIPT_FILENAME: '/srv/\xc3\xa4.php',
  });
  expect(paramsOf({}, { scriptName: '/ä.php', documentUri: '/ä' })).toMatchObject({
    SCRIPT_NAME: '/\xc3\xa4.php',
    DOCUMENT_URI: '/\xc3\xa4',
  });
});

test('a path without a query', () => {
  expect(paramsOf({ path: '/a?' })['QUERY_STRING']).toBe('');
  expect(paramsOf({ path: '/a' })['QUERY_STRING']).toBe('');
  expect(paramsOf({ path: '/a?b?c' })['QUERY_STRING']).toBe('b?c');
});

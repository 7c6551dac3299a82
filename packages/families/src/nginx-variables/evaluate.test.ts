import type { RequestInput } from '@ingresskit/annotations';
import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { escapeUriComponent } from './escape-uri.ts';
import { evaluateTemplate, namesOfVariables, unknownVariables } from './evaluate.ts';
import { parseTemplate } from './template.ts';
import type { VariableSource } from './variables.ts';

const input: RequestInput = {
  method: 'POST',
  url: 'https://Shop.example.com:8443/a%20b/../c?Page=2&q=x%20y&page=3',
  headers: {
    'x-user': 'alice',
    cookie: 'SID=s1; other=2',
    'x-forwarded-for': '198.51.100.1',
    authorization: 'Basic YWxpY2U6c2VjcmV0',
    'content-type': 'text/plain',
    'x-request-id': 'r1',
  },
  clientAddress: '203.0.113.7',
};

function evaluate(text: string, source: VariableSource = exchangeOf(input, { path: '/c' }).exchange): string {
  const read = parseTemplate(text);
  if (!read.ok) throw new Error(read.problem.message);
  const { text: value, missing } = evaluateTemplate(read.value, source);
  return missing.length === 0 ? value : `missing ${missing.join()}`;
}

test.each([
  ['$host', 'shop.example.com'],
  ['$http_host', 'Shop.example.com:8443'],
  ['$best_http_host', 'Shop.example.com:8443'],
  ['$request_uri', '/a%20b/../c?Page=2&q=x%20y&page=3'],
  ['$escaped_request_uri', '%2Fa%2520b%2F..%2Fc%3FPage%3D2%26q%3Dx%2520y%26page%3D3'],
  ['$uri', '/c'],
  ['$document_uri', '/c'],
  ['$args', 'Page=2&q=x%20y&page=3'],
  ['$uri$is_args$query_string', '/c?Page=2&q=x%20y&page=3'],
  ['$scheme://$host', 'https://shop.example.com'],
  ['$pass_access_scheme $https', 'https on'],
  ['$request_method', 'POST'],
  ['$remote_addr $binary_remote_addr $the_real_ip', '203.0.113.7 203.0.113.7 203.0.113.7'],
  ['$proxy_add_x_forwarded_for', '198.51.100.1, 203.0.113.7'],
  ['$remote_user', 'alice'],
  ['$server_name:$server_port', 'shop.example.com:443'],
  ['$http_x_user/$http_x_nobody/', 'alice//'],
  ['$arg_page $arg_q $arg_none.', '2 x%20y .'],
  ['$cookie_sid $cookie_none.', 's1 .'],
  ['$content_type $content_length.', 'text/plain .'],
  ['$req_id', 'r1'],
  ['$namespace/$ingress_name', 'default/shop'],
  ['$service_name:$service_port $proxy_upstream_name', 'cart:80 default-cart-80'],
  ['$location_path', '/c'],
  ['$request_id', 'missing request_id'],
  ['$msec$pid$msec', 'missing msec,pid'],
  ['$1', 'missing 1'],
])('%s is %s', (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test('a bare request has empty values, not missing ones', () => {
  const { exchange } = exchangeOf({ url: 'http://a.example/' }, { host: '*' });
  expect(evaluate('[$args$is_args$https$remote_user$http_x$cookie_x$arg_x]', exchange)).toBe('[]');
  expect(evaluate('$server_name $server_port $proxy_add_x_forwarded_for', exchange)).toBe('_ 80 127.0.0.1');
  expect(evaluate('$req_id', exchange)).toBe('missing req_id');
});

test('the name of a wildcard server is not guessed', () => {
  expect(evaluate('$server_name', exchangeOf(input, { host: '*.example.com' }).exchange)).toBe('missing server_name');
});

test('captures are those of the source; a group that took no part is empty', () => {
  const { exchange } = exchangeOf(input);
  expect(evaluate('$2-$1-$3', { ...exchange, captures: ['a', undefined] })).toBe('-a-');
});

test('header names of objects are headers', () => {
  expect(evaluate('$http_constructor$http___proto__$arg___proto__$cookie_constructor')).toBe('');
  expect(evaluate('$constructor')).toBe('missing constructor');
});

test('unknown variables are named for a report', () => {
  const read = parseTemplate('$host$request_id$1$http_a$msec$request_id$http_');
  expect(read.ok && unknownVariables(read.value)).toEqual(['request_id', 'msec', 'http_']);
  expect(namesOfVariables(['request_id', 'msec'])).toBe('$request_id and $msec');
});

test('escaping leaves unreserved characters alone', () => {
  expect(escapeUriComponent('a-Z_0.~ /?ä%')).toBe('a-Z_0.~%20%2F%3F%C3%A4%25');
});

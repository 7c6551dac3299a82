import type { RequestInput } from 'ingresskit';

/** Requests that show what the shop is for. The page beside this file and the test of `serve` are made of them. */
export const requests: readonly RequestInput[] = [
  { url: 'http://shop.example.com/cart?item=7', draw: 0.1 },
  { url: 'http://shop.example.com/cart?item=7', draw: 0.95 },
  { url: 'http://shop.example.com/cart', headers: { 'x-canary': 'always' } },
  { url: 'https://shop.example.com/bags?color=red' },
  { url: 'http://shop.example.com/search?q=tea' },
  { url: 'https://shop.example.com/admin', clientAddress: '10.20.0.7' },
  { url: 'https://shop.example.com/admin', headers: { authorization: `Basic ${btoa('alice:wonderland')}` } },
  { url: 'https://shop.example.com/admin', clientAddress: '203.0.113.200' },
  { url: 'http://shop.example.com/sale' },
  { url: 'http://old.example.com/bags' },
  { url: 'http://www.example.com/' },
  {
    method: 'OPTIONS',
    url: 'http://api.example.com/v1/items',
    headers: { origin: 'https://www.example.com', 'access-control-request-method': 'GET' },
  },
  { url: 'http://api.example.com/v1/items', headers: { origin: 'https://www.example.com' } },
  { url: 'http://pay.example.com/' },
  { url: 'https://pay.example.com/', headers: { 'x-debug': '1' } },
  { url: 'https://pay.example.com/callbacks/visa' },
  { url: 'https://pay.example.com/callbacks/visa', clientAddress: '198.51.100.9' },
  { url: 'http://nowhere.example.com/', clientAddress: '192.0.2.1' },
  { url: 'http://nowhere.example.com/' },
];

import { readFileSync } from 'node:fs';
import { ingress, service } from '@ingresskit/testing';
import '@ingresskit/testing/vitest';
import { compile, parseManifests } from 'ingresskit';
import { describe, expect, it } from 'vitest';

const file = 'manifests.yaml';
const { resources, diagnostics } = parseManifests(readFileSync(new URL(file, import.meta.url), 'utf8'), { file });
const bank = compile(resources, { ingressClass: 'mse' });

const office = '10.20.30.40';
const elsewhere = '203.0.113.7';

describe('the bank', () => {
  it('has manifests without a mistake', () => {
    expect([...diagnostics, ...bank.diagnostics].filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('is served over TLS only', () => {
    expect(bank).toRedirect('GET http://bank.example.com/accounts?page=2', 308, 'https://bank.example.com/accounts?page=2');
    expect(bank).toForward('GET https://bank.example.com/accounts', 'bank/web:80');
  });

  it('opens its back office to the office alone, on every spelling of the path', () => {
    for (const path of ['/admin', '/admin/', '/admin/users', '/%61dmin', '/x/../admin', '//admin']) {
      const url = `https://bank.example.com${path}`;
      expect(bank).not.toForward({ url, clientAddress: elsewhere }, 'bank/admin:80');
      expect(bank).not.toForward({ url, clientAddress: elsewhere, headers: { 'x-forwarded-for': office } }, 'bank/admin:80');
    }
    expect(bank).toRespond({ url: 'https://bank.example.com/admin', clientAddress: elsewhere }, 403, 'ip-access');
    expect(bank).toForward({ url: 'https://bank.example.com/admin', clientAddress: office }, 'bank/admin:80');
  });

  it('answers for no other host', () => {
    expect(bank).toHaveNoRoute('GET https://other.example.com/');
  });
});

describe('a back office whose address list is misspelt', () => {
  it('is closed, not open, and says so', () => {
    const backOffice = ingress('bank/back-office')
      .host('bank.example.com')
      .path('/admin', 'admin:80')
      .annotate({ 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/33' });
    const compiled = compile([backOffice.build(), service('bank/admin')]);
    expect(compiled).toRespond({ url: 'http://bank.example.com/admin', clientAddress: office }, 503, 'denied');
    expect(compiled.diagnostics).not.toEqual([]);
    expect(compiled.diagnostics[0]).toMatchObject({ severity: 'error', consequence: 'route-denied', object: { name: 'back-office' } });
  });
});

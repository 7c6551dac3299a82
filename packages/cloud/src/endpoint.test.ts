import { describe, expect, it } from 'vitest';
import { endpointOf } from './endpoint.ts';

describe('endpointOf', () => {
  it.each([
    [{ region: 'cn-hangzhou' }, 'mse.cn-hangzhou.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'vpc' }, 'mse-vpc.cn-hangzhou.aliyuncs.com'],
    [{ region: 'cn-hangzhou', suffix: 'share', network: 'vpc' }, 'mse-share-vpc.cn-hangzhou.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'public' }, 'mse.cn-hangzhou.aliyuncs.com'],
    [{ region: 'cn-hangzhou', endpoint: 'mse.example.com:8443' }, 'mse.example.com:8443'],
  ])('%j', (options, host) => {
    expect(endpointOf(options)).toEqual({ protocol: 'https', host });
  });

  it('takes plain HTTP on loopback only', () => {
    expect(endpointOf({ region: 'r', endpoint: 'http://127.0.0.1:8080' })).toEqual({ protocol: 'http', host: '127.0.0.1:8080' });
    expect(() => endpointOf({ region: 'r', endpoint: 'http://mse.example.com' })).toThrow(/must be https/);
    expect(() => endpointOf({ region: 'r', endpoint: 'http://127.0.0.1.example.com' })).toThrow(/must be https/);
  });

  it('refuses what is no endpoint', () => {
    expect(() => endpointOf({ region: 'cn.evil.com/#' })).toThrow(TypeError);
    expect(() => endpointOf({ region: 'r', suffix: '-' })).toThrow(TypeError);
    expect(() => endpointOf({ region: 'r', endpoint: 'https://user:pass@host' })).toThrow(TypeError);
    expect(() => endpointOf({ region: 'r', endpoint: 'https://host/path' })).toThrow(TypeError);
    expect(() => endpointOf({ region: 'r', endpoint: 'a b' })).toThrow(TypeError);
  });
});

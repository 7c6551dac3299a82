import { createHash } from 'node:crypto';
import type { EndpointSlice, Resource, Secret, Service } from '@ingresskit/resources';

/** Namespaces of a scene. */
export const namespaces: readonly string[] = ['one', 'two'];
/** Services of each namespace. */
export const services: readonly string[] = ['app', 'api', 'web'];
/** A Service of each namespace without any endpoint. */
export const emptyService = 'empty';
/** A Secret of each namespace with an htpasswd file, and one with a key for each user. */
export const secretNames: readonly string[] = ['users', 'map-users'];

/** Passwords that clients know, by user. */
export const passwords: Readonly<Record<string, string>> = {
  alice: 'open sesame',
  bob: 'secret',
  carol: 'salted',
  dave: 'plain:word',
  erin: 'six words',
  frank: 'five',
  grace: 'blow',
  heidi: 'md5 word',
};

/** One user for each format of hashes that nginx knows. */
const hashes: Readonly<Record<string, string>> = {
  alice: '$apr1$abcdefgh$T64oOxnD8c28.dQa.2Lty1',
  bob: `{SHA}${createHash('sha1').update('secret').digest('base64')}`,
  carol: `{SSHA}${Buffer.concat([createHash('sha1').update('saltedsalt').digest(), Buffer.from('salt')]).toString('base64')}`,
  dave: '{PLAIN}plain:word',
  erin: '$6$rounds=1000$saltstring$ylgey4oORiAPTwNKIPVCnr4y5RdtZueWagZ4ElURIRKdyRujwveazWJN9JiLN76dy2xAQNCOx5Ya0sDdb2dy9.',
  frank: '$5$rounds=1000$saltstring$l2yolnJXLG50VOHxFE5bidc6nlroDKVKw1ykoqd.p0/',
  grace: '$2y$04$abcdefghijklmnopqrstuuyR3a9Hkp2W.VpktX.zSYPatWBdkN/na',
  heidi: '$1$saltsalt$OZHKYcePM1S87GgOvIwEg/',
};

/** The htpasswd lines of a Secret, by its name. A password with a colon has its line in the map alone: nginx reads the rest of a line as a comment. */
export const passwordFiles: Readonly<Record<string, string>> = {
  users: Object.entries(hashes)
    .filter(([user]) => user !== 'dave')
    .map(([user, hash]) => `${user}:${hash}\n`)
    .join(''),
  'map-users': Object.entries(hashes)
    .filter(([user]) => user === 'alice' || user === 'grace')
    .map(([user, hash]) => `${user}:${hash}\n`)
    .join(''),
};

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function service(namespace: string, name: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

function slice(namespace: string, name: string): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080 }],
  };
}

function secrets(namespace: string): readonly Secret[] {
  const lines = (passwordFiles['map-users'] ?? '').trim().split('\n');
  const map = Object.fromEntries(lines.map((line) => line.split(/:(.*)/s, 2).map(String) as [string, string]));
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'users' }, data: { auth: encode(passwordFiles['users'] ?? '') } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'map-users' },
      data: Object.fromEntries(Object.entries(map).map(([user, hash]) => [user, encode(hash)])),
    },
  ];
}

/** What stands beside the Ingresses of every scene. */
export const clusterObjects: readonly Resource[] = namespaces.flatMap((namespace) => [
  ...[...services, emptyService].map((name) => service(namespace, name)),
  ...services.map((name) => slice(namespace, name)),
  ...secrets(namespace),
]);

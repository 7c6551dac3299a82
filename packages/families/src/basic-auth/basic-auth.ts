import type { Codec, Denied, Exchange, Family, Outcome, ResolveContext } from '@ingresskit/annotations';
import { defineFamily, field, oneOf, secretRef, text } from '@ingresskit/annotations';
import type { Secret } from '@ingresskit/resources';
import { defineDiagnostics, Sensitive } from '@ingresskit/resources';
import { referenceDiagnostics, resolveReference } from '../references/index.ts';
import type { AccountList, Accounts, UnusableAccount } from './accounts.ts';
import { readPasswordFile, readPasswordMap, secretText } from './accounts.ts';
import { readAuthorization } from './authorization.ts';
import { isWeakHash } from './password-hash.ts';

/** Who may pass: the accounts of a Secret. */
export interface BasicAuthPolicy {
  /** Sent in the challenge; browsers remember a password per realm and server. */
  readonly realm: string;
  /** Lost in serialisation: the route then refuses every request. */
  readonly accounts: Sensitive<Accounts>;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.14). */
export interface BasicAuthSettings {
  /** Of the answer to missing or wrong credentials. */
  readonly status: number;
  /** Whether the backend sees the Authorization header. */
  readonly dropAuthorizationUpstream: boolean;
  /** The realm where none is given. */
  readonly realm: string;
  /** Routes whose path text begins so are never asked for a password (ingress-nginx.md §1.13). */
  readonly exemptLocations: readonly string[];
}

const settings: BasicAuthSettings = { status: 401, dropAuthorizationUpstream: false, realm: '', exemptLocations: [] };
const shownAccounts = 10;
/** How a Secret holds accounts. */
type Layout = 'auth-file' | 'auth-map';
const layouts: Codec<Layout> = oneOf(['auth-file', 'auth-map']);

/**
 * HTTP basic authentication against the accounts of a Secret (mse.md §2.14, higress.md §16, RFC 7617). A Secret that is missing, foreign or without
 * a usable account closes the route, where the twin leaves it open.
 */
export const basicAuth: Family<'basic-auth', BasicAuthPolicy> = defineFamily({
  name: 'basic-auth',
  title: 'User name and password',
  scope: 'route',
  phase: 'authenticate',
  restricting: true,
  accessCheck: true,
  settings,
  fields: {
    type: field('auth-type', oneOf(['basic']), {
      doc: 'Switches authentication on; only `basic` exists here.',
      example: 'basic',
      badExample: 'digest',
      risk: 'Low',
    }),
    secret: field('auth-secret', secretRef(), {
      doc: 'The Secret with the accounts, `name` or `namespace/name`.',
      example: 'users',
      badExample: 'a/b/c',
      risk: 'Medium',
    }),
    layout: field('auth-secret-type', layouts, {
      doc: '`auth-file`: the key `auth` holds an htpasswd file. `auth-map`: each key is a user, each value the hash.',
      default: 'auth-file' as const,
      example: 'auth-map',
      badExample: 'file',
      risk: 'Low',
    }),
    realm: field('auth-realm', text({ max: 256 }), {
      doc: 'The realm of the challenge, which browsers may show.',
      example: 'Shop staff',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('basic-auth', {
    'not-switched-on': {
      severity: 'error',
      consequence: 'family-ignored',
      title: 'Accounts are named, and authentication is not switched on',
      doc: 'The annotation auth-type is missing, so nobody is asked for a password and the routes are not protected. Add auth-type: basic.',
    },
    'secret-not-named': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'Authentication is switched on without accounts',
      doc: 'The annotation auth-secret is missing, so nobody could log in. The routes answer 503 until it names a Secret.',
    },
    ...referenceDiagnostics('Secret', {
      role: 'the accounts',
      without: 'Without the Secret nobody can be let in; the routes answer 503.',
      severity: 'error',
      consequence: 'route-denied',
    }),
    'key-not-found': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'The Secret has no key "auth"',
      doc: 'With auth-secret-type auth-file the accounts stand in the key "auth". The routes answer 503. Rename the key, or use auth-map.',
    },
    'no-usable-account': {
      severity: 'error',
      consequence: 'route-denied',
      title: 'The Secret has no account that can log in',
      doc: 'The file is empty, or every account in it is unusable. The routes answer 503 until there is an account.',
    },
    'unusable-account': {
      severity: 'warning',
      consequence: 'none',
      title: 'Some accounts of the Secret cannot log in',
      doc: 'A line is not user:hash, or its hash cannot be verified: bcrypt above cost 12, SHA-crypt above 20 000 rounds, or an unknown scheme. The other accounts work. Set the password again, for example with htpasswd -B.',
    },
    'weak-hash': {
      severity: 'warning',
      consequence: 'none',
      title: 'Some accounts have hashes of eight characters only',
      doc: 'Traditional DES crypt, which htpasswd -d writes, looks at the first eight characters of a password and can be tried out quickly. The accounts work. Set the passwords again, for example with htpasswd -B.',
    },
  }),
  resolve({ type, secret, layout, realm }, context) {
    if (type === undefined) {
      if (secret !== undefined) reportNotSwitchedOn(context);
      return undefined;
    }
    if (secret === undefined) {
      return context.deny('secret-not-named', {
        field: 'type',
        message: 'Authentication is on and auth-secret is missing, so nobody could log in; every route of this Ingress answers 503.',
        help: 'Add the annotation auth-secret with the name of a Secret.',
      });
    }
    const reference = resolveReference('Secret', secret, context);
    const { what } = reference;
    const data = { namespace: secret.namespace ?? context.namespace, name: secret.name };
    const closed = (diagnostic: string, message: string, help: string): Denied =>
      context.deny(diagnostic, { field: 'secret', message: `${message}; every route of this Ingress answers 503.`, help, data });
    if (!reference.ok) return closed(reference.diagnostic, reference.problem, reference.help);
    const { object } = reference;
    const list = readAccounts(object, layout);
    if (list === undefined) return closed('key-not-found', `${what} has no key "auth"`, 'Store the htpasswd file under the key "auth".');
    const { accounts, unusable } = list;
    if (accounts.size === 0) {
      return closed(
        'no-usable-account',
        `${what} has no usable account${described(unusable)}`,
        'Write "user:hash" lines, for example with htpasswd -B.',
      );
    }
    if (unusable.length > 0) {
      context.report('unusable-account', {
        field: 'secret',
        message: `Accounts of ${what} that cannot log in are left out${described(unusable)}.`,
        help: 'Set these passwords again, for example with htpasswd -B.',
        data: { ...data, unusable: unusable.slice(0, shownAccounts), count: unusable.length },
      });
    }
    const weak = [...accounts.values()].filter(isWeakHash).length;
    if (weak > 0) {
      context.report('weak-hash', {
        field: 'secret',
        message: `${weak} of ${accounts.size} accounts of ${what} ${weak === 1 ? 'has a hash' : 'have hashes'} of traditional DES crypt, which looks at eight characters of a password.`,
        help: 'Set these passwords again, for example with htpasswd -B.',
        data: { ...data, weak },
      });
    }
    const revision = object.metadata.resourceVersion;
    const key = layout === 'auth-file' ? ', key auth' : '';
    const label = `${what}${key}${revision === undefined ? '' : `, revision ${revision}`}`;
    return { realm: realm ?? context.settings.realm, accounts: new Sensitive(label, accounts) };
  },
  request({ realm, accounts: sealed }, exchange) {
    const settings = exchange.settings as unknown as BasicAuthSettings;
    if (settings.exemptLocations.some((prefix) => exchange.route.pathText.startsWith(prefix))) {
      exchange.note('the location is exempt from authentication');
      return undefined;
    }
    // Also where the password is wrong: with satisfy any, another check may let the request in.
    hideCredentials(exchange);
    const accounts = sealed.reveal();
    if (accounts === undefined) return { kind: 'deny', why: `the accounts are not at hand (${sealed.label})` };
    const refused = (why: string): Outcome => {
      exchange.note(why);
      const challenge = `Basic realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`;
      return { kind: 'respond', status: settings.status, headers: { 'www-authenticate': challenge } };
    };
    const given = readAuthorization(exchange.request.header('authorization'));
    if ('problem' in given) return refused(given.problem);
    const known = accounts.get(given.user);
    return {
      kind: 'ask',
      question: { kind: 'password', hash: known ?? anyHash(accounts, given.user), password: given.password },
      resume(answer) {
        if (typeof answer !== 'boolean') return { kind: 'deny', why: 'nobody could check the password' };
        // For an unknown user the answer is about somebody else's hash, asked only so that the reply takes as long.
        if (known === undefined || !answer) return refused('the user is unknown or the password is wrong');
        exchange.note('the password is right');
        exchange.grantAccess();
        return undefined;
      },
    };
  },
  needless: (_policy, exchange) => hideCredentials(exchange),
});

/** Keeps from the backend what was meant for the gateway, whether or not it was read (ingress-nginx.md §3.1). */
function hideCredentials(exchange: Exchange): void {
  const { dropAuthorizationUpstream, exemptLocations } = exchange.settings as unknown as BasicAuthSettings;
  if (!dropAuthorizationUpstream || exemptLocations.some((prefix) => exchange.route.pathText.startsWith(prefix))) return;
  exchange.removeRequestHeader('authorization');
}

function reportNotSwitchedOn(context: ResolveContext<BasicAuthSettings>): void {
  context.report('not-switched-on', {
    field: 'secret',
    message: 'auth-secret names accounts and auth-type is missing, so nobody is asked for a password: the routes are not protected.',
    help: 'Add the annotation auth-type with the value "basic".',
  });
}

function readAccounts(secret: Secret, layout: Layout): AccountList | undefined {
  if (layout === 'auth-map') return readPasswordMap(secret);
  const file = secretText(secret, 'auth');
  if (file === 'invalid') return { accounts: new Map(), unusable: [{ where: 'key "auth"', why: 'its value is not base64' }] };
  return file === undefined ? undefined : readPasswordFile(file.text);
}

/** ` (line 3: it has no colon; …)`. */
function described(unusable: readonly UnusableAccount[]): string {
  if (unusable.length === 0) return '';
  const more = unusable.length > shownAccounts ? `; and ${unusable.length - shownAccounts} more` : '';
  return ` (${unusable
    .slice(0, shownAccounts)
    .map(({ where, why }) => `${where}: ${why}`)
    .join('; ')}${more})`;
}

/** The hash of some account, always the same one for a name, so that guessing names by the time of the answer learns nothing. */
function anyHash(accounts: Accounts, user: string): string {
  const hashes = [...accounts.values()];
  let sum = 0;
  for (const character of user) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hashes[sum % hashes.length] ?? '';
}

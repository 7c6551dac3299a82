import type { Decision, Matcher } from '@ingresskit/matcher';
import { createMatcher } from '@ingresskit/matcher';
import { createReferenceLocator } from '@ingresskit/matcher/reference';
import { certificateAnswers } from '@ingresskit/proxy/client-certificate';
import type { CaseDriver } from '@ingresskit/testing';
import {
  type Capabilities,
  createGateway,
  decide,
  defaultCapabilities,
  explain,
  fromJSON,
  type Gateway,
  type Profile,
  type RouteTable,
  type RouteTableJson,
  toJSON,
} from 'ingresskit';

const certificates = certificateAnswers();
const withCryptography = new WeakMap<Capabilities, Capabilities>();

/** The capabilities of a case, and client certificates, which take cryptography that the core does not have. */
function withCertificates(capabilities: Capabilities): Capabilities {
  let more = withCryptography.get(capabilities);
  if (more === undefined) {
    more = { ...capabilities, answer: (question, request) => certificates(question) ?? capabilities.answer?.(question, request) };
    withCryptography.set(capabilities, more);
  }
  return more;
}

const references = new WeakMap<Profile, Matcher>();
const gateways = new WeakMap<Profile, Gateway>();

/** Routes found by the readable locator. */
const reference: CaseDriver = {
  name: 'reference matcher',
  decide(table, request, capabilities, profile) {
    let matcher = references.get(profile);
    if (matcher === undefined) {
      matcher = createMatcher(profile, createReferenceLocator());
      references.set(profile, matcher);
    }
    return matcher.decide(table, request, capabilities);
  },
};

/** What everybody uses. */
export const indexed: CaseDriver = {
  name: 'indexed matcher',
  decide: (table, request, capabilities) => decide(table, request, capabilities),
};

/** The decision that an explanation is about. */
const explained: CaseDriver = {
  name: 'explanation',
  decide: (table, request, capabilities) => explain(table, request, capabilities).decision,
};

/** The capabilities that the originals of incomplete tables are decided with, by those of the case. */
const originals = new WeakMap<Capabilities, Capabilities>();
const revived = new WeakMap<RouteTable, { readonly table: RouteTable; readonly isComplete: boolean }>();

/**
 * A table that was written down and read again. Credentials are not written, so the gates that need them stay shut: where the original would have let
 * somebody in, the revived table must refuse, and it may differ in nothing else.
 */
const written: CaseDriver = {
  name: 'table from JSON',
  decide(table, request, capabilities, profile) {
    let entry = revived.get(table);
    if (entry === undefined) {
      const text = JSON.stringify(toJSON(table));
      entry = { table: fromJSON(JSON.parse(text) as RouteTableJson), isComplete: !text.includes('"$sensitive"') };
      revived.set(table, entry);
    }
    // A table that was written down does not remember its profile's settings.
    let gateway = gateways.get(profile);
    if (gateway === undefined) gateways.set(profile, (gateway = createGateway({ profile })));
    const decision = gateway.decide(entry.table, request, capabilities);
    if (entry.isComplete) return decision;
    // The original decides every request too, with counters of its own, so that both have seen the same ones.
    let own = originals.get(capabilities);
    if (own === undefined) originals.set(capabilities, (own = defaultCapabilities()));
    const original = decide(table, request, own);
    return decision.kind === 'respond' ? shutOrSame(decision, original) : decision;
  },
};

function shutOrSame(decision: Decision & { readonly kind: 'respond' }, original: Decision): Decision {
  const isShut = decision.status === 401 || decision.reason === 'denied';
  return isShut ? original : decision;
}

/** Every way of deciding that must agree. */
export const drivers: readonly CaseDriver[] = [indexed, reference, explained, written].map((driver) => ({
  ...driver,
  decide: (table, request, capabilities, profile) => driver.decide(table, request, withCertificates(capabilities), profile),
}));

import { inspect } from 'node:util';
import type { ExchangeRecord } from './exchange/record.ts';
import type { RawRequest } from './gate/raw-request.ts';
import { redactAuthority, redactHeaders, redactTarget } from './observe/index.ts';

/** A request that has its credentials, for logs and metrics of one's own, and does not show them when it is printed. */
class ShownRequest implements RawRequest {
  readonly version: RawRequest['version'];
  readonly method: RawRequest['method'];
  readonly scheme: RawRequest['scheme'];
  readonly target: RawRequest['target'];
  readonly authority: RawRequest['authority'];
  readonly headers: RawRequest['headers'];
  readonly peer: RawRequest['peer'];

  constructor({ version, method, scheme, target, authority, headers, peer }: RawRequest) {
    this.version = version;
    this.method = method;
    this.scheme = scheme;
    this.target = target;
    this.authority = authority;
    this.headers = headers;
    this.peer = peer;
  }

  toJSON(): object {
    const { version, method, target, authority, headers, peer } = this;
    const { tls, ...place } = peer;
    return {
      version,
      method,
      target: redactTarget(target),
      authority: authority === undefined ? undefined : redactAuthority(authority),
      headers: redactHeaders(headers),
      peer: tls === undefined ? place : { ...place, tls: { ...tls, certificate: tls.certificate === undefined ? undefined : '[PEM]' } },
    };
  }

  [inspect.custom](_depth: number, options: object): string {
    return inspect(this.toJSON(), options);
  }
}

/** The record as events carry it. */
export function shownExchange(record: ExchangeRecord): ExchangeRecord {
  return new ShownExchange(record);
}

/**
 * A record as events carry it: printed, or as JSON, it is without cookies and credentials. A class of its own, since its instances are as cheap as literals;
 * to give an object that is there already another prototype takes longer than to log it.
 */
class ShownExchange implements ExchangeRecord {
  readonly raw: RawRequest;
  readonly decision: ExchangeRecord['decision'];
  readonly route: ExchangeRecord['route'];
  readonly clientAddress: ExchangeRecord['clientAddress'];
  readonly requestId: ExchangeRecord['requestId'];
  readonly startedAt: ExchangeRecord['startedAt'];
  readonly durationMs: ExchangeRecord['durationMs'];
  readonly status: ExchangeRecord['status'];
  readonly flags: ExchangeRecord['flags'];
  readonly details: ExchangeRecord['details'];
  readonly bytesReceived: ExchangeRecord['bytesReceived'];
  readonly bytesSent: ExchangeRecord['bytesSent'];
  readonly endpoint: ExchangeRecord['endpoint'];
  readonly upstreamMs: ExchangeRecord['upstreamMs'];
  readonly upstreamFailure: ExchangeRecord['upstreamFailure'];
  readonly tries: ExchangeRecord['tries'];
  readonly traceId: ExchangeRecord['traceId'];
  readonly complete: ExchangeRecord['complete'];
  readonly lostTries: ExchangeRecord['lostTries'];

  constructor(record: ExchangeRecord) {
    this.raw = new ShownRequest(record.raw);
    this.decision = record.decision;
    this.route = record.route;
    this.clientAddress = record.clientAddress;
    this.requestId = record.requestId;
    this.startedAt = record.startedAt;
    this.durationMs = record.durationMs;
    this.status = record.status;
    this.flags = record.flags;
    this.details = record.details;
    this.bytesReceived = record.bytesReceived;
    this.bytesSent = record.bytesSent;
    this.endpoint = record.endpoint;
    this.upstreamMs = record.upstreamMs;
    this.upstreamFailure = record.upstreamFailure;
    this.tries = record.tries;
    this.traceId = record.traceId;
    this.complete = record.complete;
    this.lostTries = record.lostTries;
  }

  /** Edits of a decision may set credentials for the backend, so of decisions only the kind is shown; `route` and `details` say the rest. */
  toJSON(): object {
    const { decision, ...rest } = this;
    return { ...rest, decision: decision === undefined ? undefined : { kind: decision.kind } };
  }

  [inspect.custom](_depth: number, options: object): string {
    return inspect(this.toJSON(), options);
  }
}

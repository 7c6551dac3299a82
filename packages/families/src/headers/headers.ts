import type { Exchange, Family } from '@ingresskit/annotations';
import { defineFamily, field, headerMap, headerNameList } from '@ingresskit/annotations';

/** How an Ingress changes the headers of requests and responses. */
export interface HeadersPolicy {
  readonly request: HeaderChanges;
  readonly response: HeaderChanges;
}

/** Changes of one message: removals come first, then updates, then additions. */
export interface HeaderChanges {
  readonly remove: readonly string[];
  /** Takes the place of all values the header has. */
  readonly update: readonly HeaderLine[];
  /** One more value beside those the header has. */
  readonly add: readonly HeaderLine[];
}

/** A header and its value. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/**
 * Edits of request and response headers (mse.md §2.6, higress.md A.20). A canary has its own edits and none of its primary's. `host` is part of the
 * request line of HTTP/2 and decides where the backend routes, so an edit of it sets the upstream authority.
 */
export const headers: Family<'headers', HeadersPolicy> = defineFamily({
  name: 'headers',
  title: 'Headers of requests and responses',
  scope: 'route',
  phase: 'forward',
  onAttached: 'own',
  fields: {
    requestAdd: field('request-header-control-add', headerMap({ allow: ['host'] }), {
      doc: 'Adds a value to request headers, beside those the client sent. One `Name Value` a line.',
      example: 'X-Via gateway',
      badExample: 'X-Via',
      dialect: 'mse',
      risk: 'Medium',
    }),
    requestUpdate: field('request-header-control-update', headerMap({ allow: ['host'] }), {
      doc: 'Sets request headers, whatever the client sent; `Host` sets the host that the backend sees. One `Name Value` a line.',
      example: 'X-Stage production',
      badExample: 'X-Stage',
      dialect: 'mse',
      risk: 'Medium',
    }),
    requestRemove: field('request-header-control-remove', headerNameList(), {
      doc: 'Removes request headers before the backend sees them.',
      example: 'X-Debug, X-Trace',
      badExample: 'X Debug',
      dialect: 'mse',
      risk: 'Medium',
    }),
    responseAdd: field('response-header-control-add', headerMap(), {
      doc: 'Adds a value to response headers, beside those the backend sent. One `Name Value` a line.',
      example: 'Vary Accept',
      badExample: 'Vary',
      dialect: 'mse',
      risk: 'Medium',
    }),
    responseUpdate: field('response-header-control-update', headerMap(), {
      doc: 'Sets response headers, whatever the backend sent. One `Name Value` a line.',
      example: 'X-Frame-Options DENY',
      badExample: 'X-Frame-Options',
      dialect: 'mse',
      risk: 'Medium',
    }),
    responseRemove: field('response-header-control-remove', headerNameList(), {
      doc: 'Removes response headers before the client sees them.',
      example: 'Server, X-Powered-By',
      badExample: 'X Powered By',
      dialect: 'mse',
      risk: 'Medium',
    }),
  },
  resolve({ requestAdd, requestUpdate, requestRemove, responseAdd, responseUpdate, responseRemove }) {
    const request = changesOf(requestRemove, requestUpdate, requestAdd);
    const response = changesOf(responseRemove, responseUpdate, responseAdd);
    return isEmpty(request) && isEmpty(response) ? undefined : { request, response };
  },
  request({ request, response }, exchange) {
    changeRequest(request, exchange);
    // Here and not in `response`: a decision names these edits before any backend has answered.
    changeResponse(response, exchange);
    return undefined;
  },
});

function changesOf(remove: readonly string[] = [], update: readonly HeaderLine[] = [], add: readonly HeaderLine[] = []): HeaderChanges {
  return { remove, update, add };
}

function isEmpty({ remove, update, add }: HeaderChanges): boolean {
  return remove.length + update.length + add.length === 0;
}

function changeRequest({ remove, update, add }: HeaderChanges, exchange: Exchange): void {
  for (const name of remove) exchange.removeRequestHeader(name);
  for (const { name, value } of update) {
    if (name === 'host') exchange.setUpstreamHost(value);
    else exchange.setRequestHeader(name, value);
  }
  for (const { name, value } of add) {
    if (name === 'host') exchange.setUpstreamHost(value);
    else exchange.appendRequestHeader(name, value);
  }
}

function changeResponse({ remove, update, add }: HeaderChanges, exchange: Exchange): void {
  for (const name of remove) exchange.removeResponseHeader(name);
  for (const { name, value } of update) exchange.setResponseHeader(name, value);
  for (const { name, value } of add) exchange.appendResponseHeader(name, value);
}

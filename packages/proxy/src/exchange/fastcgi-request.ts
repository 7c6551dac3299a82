import type { DeclaredFastCgi } from '@ingresskit/families';
import type { ForwardDecision } from '@ingresskit/matcher';
import type { FastCgiRequest } from '../upstream/fastcgi/params.ts';
import type { Exchange } from './exchange.ts';
import { policiesOf } from './forward-policies.ts';
import { hostOf } from './traced-request.ts';

/** What a FastCGI process wrote to its standard error. */
export interface StderrMessage {
  /** Shortened; lines and characters are the process's own. */
  readonly text: string;
  /** Address and port of the process. */
  readonly endpoint: string;
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
  readonly requestId: string;
}

const noScript: DeclaredFastCgi = Object.freeze({ documentUri: '/', scriptName: '/', params: Object.freeze({}) });

/** What the process behind a decision is told of an exchange's request. */
export function fastCgiRequestOf(exchange: Exchange, decision: ForwardDecision): FastCgiRequest {
  const { client, clientAddress, core, admitted, endpoint = '' } = exchange;
  const { peer, version } = client.raw;
  const { scheme = 'http', authority = '', target = '/' } = admitted?.input ?? {};
  const { documentUri, scriptName, params } = policiesOf(decision).fastcgi ?? noScript;
  const { host, ingress } = decision.route;
  return {
    scheme,
    httpVersion: version,
    requestUri: target,
    documentUri,
    scriptName,
    remoteAddress: clientAddress,
    remotePort: clientAddress === peer.address && peer.port > 0 ? peer.port : undefined,
    serverAddress: peer.localAddress,
    // ingress-nginx calls the server of all hosts "_"; the one of a wildcard is known by what the client asked for.
    serverName: host === '*' ? '_' : host.startsWith('*') ? hostOf(authority) : host,
    params,
    onStderr: (text) => core.onStderr({ text, endpoint, ingress, requestId: admitted?.requestId ?? '' }),
  };
}

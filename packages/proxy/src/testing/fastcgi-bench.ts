import type { Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';
import type { Outgoing } from '../upstream/call.ts';
import { FastCgiConnections } from '../upstream/fastcgi/fastcgi-connections.ts';
import { type FastCgiResponder, type FastCgiSeen, startResponder } from './fastcgi-responder.ts';
import type { Running } from './harness.ts';
import { RecordingSink } from './recording-sink.ts';
import { Stage } from './stage.ts';

const paramsYaml =
  '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: params }\ndata: { SCRIPT_FILENAME: /srv$fastcgi_script_name, CLIENT: $remote_addr }\n';

/** Calls to FastCGI processes, through a proxy or without one around them. Close it behind each test. */
export class FastCgiBench extends Stage {
  /** What processes wrote to their standard error. */
  readonly messages: string[] = [];

  async responder(listener?: (seen: FastCgiSeen, socket: Socket) => Buffer | undefined): Promise<FastCgiResponder> {
    const responder = await startResponder(listener);
    this.closes(() => responder.close());
    return responder;
  }

  connections({ address, port }: Pick<Endpoint, 'address' | 'port'>, most = 100): FastCgiConnections {
    const connections = new FastCgiConnections({ address, port, version: 'fastcgi', tls: undefined }, 5_000, most);
    this.closes(() => connections.destroy());
    return connections;
  }

  outgoing(changes: Partial<Outgoing> = {}): Outgoing {
    const fastcgi = {
      scheme: 'http',
      httpVersion: '1.1',
      requestUri: '/',
      documentUri: '/',
      scriptName: '/',
      remoteAddress: '203.0.113.7',
      remotePort: 1,
      serverAddress: '192.0.2.1',
      serverName: 'a.example',
      params: {},
      onStderr: (text: string) => void this.messages.push(text),
    };
    return {
      method: 'GET',
      path: '/',
      host: 'a.example',
      headers: [],
      body: undefined,
      length: 0,
      upgrade: undefined,
      fastcgi,
      ...changes,
    };
  }

  /** A proxy before FastCGI processes, at `a.example`. */
  async serveFastCgi(endpoints: readonly Endpoint[], annotations: Readonly<Record<string, string>> = {}): Promise<Running> {
    const notes = { 'backend-protocol': 'FCGI', 'fastcgi-index': 'index.php', 'fastcgi-params-configmap': 'params', ...annotations };
    return await this.serve({ annotations: notes, endpoints: { 'default/web:80': endpoints }, profile: 'ingress-nginx', more: paramsYaml });
  }

  /** Calls a process that says the same to everybody, and waits for the end. */
  async call(
    bytes: Buffer,
    changes: Partial<Outgoing> = {},
  ): Promise<{ readonly sink: RecordingSink; readonly responder: FastCgiResponder }> {
    const responder = await this.responder(() => bytes);
    const sink = new RecordingSink();
    this.connections(responder.endpoint).start(this.outgoing(changes), sink);
    await sink.ended;
    return { sink, responder };
  }

  override async close(): Promise<void> {
    this.messages.length = 0;
    await super.close();
  }
}

/** Lets everything happen that is already under way. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

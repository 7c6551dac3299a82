import { RequestBody } from '../client/request-body.ts';
import { isMirrored } from '../mirror/index.ts';
import type { Outgoing } from '../upstream/call.ts';
import { callMirror } from './call-mirror.ts';
import type { Core, Serving } from './core.ts';
import type { MirrorTarget } from './forward-policies.ts';
import { hostMirror, serviceMirror } from './mirror-place.ts';

/**
 * Offers copies of a request to the mirror queue. A body that streams is collected while it passes (see `readAhead`), and its copies are sent when it is
 * complete: half a request would be worse than none.
 */
export function mirrorRequest(targets: readonly MirrorTarget[], outgoing: Outgoing, core: Core, serving: Serving): void {
  const { body } = outgoing;
  const { mirrors } = core;
  const collected = body instanceof RequestBody ? body.copy : undefined;
  const waiting: Copy[] = [];
  for (const target of targets) {
    if (!isMirrored(target.percent ?? 100, core.random())) continue;
    const copy = new Copy(target, outgoing, core, serving);
    if (body === undefined || target.body === false) copy.offer(undefined);
    else if (!(body instanceof Uint8Array)) waiting.push(copy);
    else if (mirrors.bytes.take(body.length)) copy.offer(body);
    else mirrors.drop();
  }
  if (collected === undefined) for (const _ of waiting) mirrors.drop();
  else if (waiting.length === 0) collected.discard();
  else collected.whole((bytes) => offerAll(waiting, bytes, core));
}

/** The first copy has the memory that the body was collected in; it counts for each of the others as well. */
function offerAll(copies: readonly Copy[], body: Uint8Array | undefined, { mirrors }: Core): void {
  let isFirst = true;
  for (const copy of copies) {
    if (body === undefined || !(isFirst || mirrors.bytes.take(body.length))) mirrors.drop();
    else copy.offer(body);
    isFirst = false;
  }
}

/** A request on its way to one mirror. */
class Copy {
  readonly #target: MirrorTarget;
  readonly #outgoing: Outgoing;
  readonly #core: Core;
  readonly #serving: Serving;

  constructor(target: MirrorTarget, outgoing: Outgoing, core: Core, serving: Serving) {
    this.#target = target;
    this.#outgoing = { ...outgoing, ...pathOf(target), host: hostOf(target, outgoing.host), body: undefined, upgrade: undefined };
    this.#core = core;
    this.#serving = serving;
  }

  /** @param body its bytes were taken from the queue's */
  offer(body: Uint8Array | undefined): void {
    const size = body?.length ?? 0;
    this.#core.mirrors.offer({ size, send: (signal) => this.#send({ ...this.#outgoing, body, length: size }, signal) });
  }

  async #send(copy: Outgoing, signal: AbortSignal): Promise<void> {
    const target = this.#target;
    const { service } = target;
    const place =
      service === undefined
        ? await hostMirror(target, this.#core, signal)
        : await serviceMirror(target, service, copy, this.#core, this.#serving, signal);
    if (place === undefined) throw new Error('the mirror has no endpoint');
    await callMirror(place, copy, this.#core, signal);
  }
}

/** The path of a mirror's own URL; a mirror of a Service gets the request's. */
function pathOf({ url }: MirrorTarget): { readonly path?: string } {
  if (url === undefined) return {};
  const { pathname, search } = new URL(url);
  return { path: `${pathname}${search}` };
}

function hostOf({ upstreamHost, hostSuffix = '', url }: MirrorTarget, host: string): string {
  if (upstreamHost !== undefined) return upstreamHost;
  if (url !== undefined) return new URL(url).host;
  const port = /:\d*$/.exec(host)?.[0] ?? '';
  return `${host.slice(0, host.length - port.length)}${hostSuffix}${port}`;
}

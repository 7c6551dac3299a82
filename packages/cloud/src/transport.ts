import type { CredentialSource, StaticCredentials } from './credentials.ts';
import { CloudError, type CloudErrorDetails } from './errors.ts';
import { answerError, isThrottlingCode, transportError } from './failure.ts';
import { type OperationName, operations } from './operations.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { loadVendor, type Vendor } from './vendor.ts';
import { observe } from './wire.ts';

/** The version of the API: every name and field of this package is that version's. */
export const apiVersion = '2019-05-31';

export interface TransportSettings {
  readonly region: string;
  /** Host and port, without a scheme. */
  readonly endpoint: string;
  readonly protocol: 'http' | 'https';
  readonly credentials: StaticCredentials | CredentialSource | undefined;
  readonly userAgent: string;
}

/** One request: no repetition, no waiting. */
export interface Call {
  readonly operation: OperationName;
  readonly query: Record<string, string>;
  /** Milliseconds until the answer must be complete. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  /** How often this call was sent before, and how long it was held back this time: told to the cloud, as the vendor's own retries do. */
  readonly repeated: number;
  readonly delay: number;
}

export interface Answer {
  readonly data: unknown;
  readonly requestId: string | undefined;
}

export interface Transport {
  send(call: Call): Promise<Answer>;
  readonly redactor: Redactor;
}

type Body = Readonly<Record<string, unknown>>;

/** Sends calls through the vendor's client, which builds, signs (ACS3-HMAC-SHA256) and parses them. */
export function createTransport(settings: TransportSettings): Transport {
  const redactor = createRedactor();
  let loading: Promise<Vendor> | undefined;

  async function send(call: Call, vendor: Vendor): Promise<Answer> {
    const known: CloudErrorDetails = { operation: call.operation };
    // Asked once for each call and handed to the vendor's client as it is, so that what was used is known and can be kept out of every text.
    const credential = await vendor.source.getCredential().catch(() => {
      throw new CloudError('cloud/credentials', 'The credentials could not be obtained from the configured source.', known);
    });
    redactor.hide(credential.accessKeySecret, credential.securityToken, credential.bearerToken, credential.accessKeyId);
    const { openApi } = vendor;
    // `doRequest` mutates its own request only; a client for each call keeps nothing but these fields, and sockets are pooled for the process.
    const client = new vendor.Client(
      new openApi.Config({
        endpoint: settings.endpoint,
        regionId: settings.region,
        protocol: settings.protocol.toUpperCase(),
        userAgent: settings.userAgent,
        credential: { getCredential: () => Promise.resolve(credential) },
      }),
    );
    const parameters = new openApi.Params({
      action: call.operation,
      version: apiVersion,
      protocol: settings.protocol.toUpperCase(),
      pathname: '/',
      method: operations[call.operation].method,
      authType: 'AK',
      bodyType: 'json',
      reqBodyType: 'formData',
      style: 'RPC',
    });
    const request = new openApi.OpenApiRequest({
      query: call.query,
      headers:
        call.repeated === 0 ? {} : { 'x-acs-retry-attempts': String(call.repeated), 'x-acs-retry-delay': String(Math.round(call.delay)) },
    });
    // The vendor uses the connect timeout as the socket's idle timeout too, so one value must serve for both.
    const runtime = { readTimeout: call.timeout, connectTimeout: call.timeout } as Parameters<typeof client.callApi>[2];
    return observe(async (wire) => {
      const done = new AbortController();
      const aborted = new Promise<never>((_, reject) => {
        const onAbort = (): void => {
          wire.abort();
          reject(new CloudError('cloud/aborted', `${call.operation} was ended by the caller.`, { ...known, effect: 'unknown' }));
        };
        if (call.signal?.aborted === true) onAbort();
        call.signal?.addEventListener('abort', onAbort, { once: true, signal: done.signal });
      });
      aborted.catch(() => {});
      try {
        const reply = (await Promise.race([client.callApi(parameters, request, runtime), aborted])) as { body?: unknown };
        return readAnswer(reply.body, wire.status, redactor, known);
      } catch (error) {
        if (error instanceof CloudError) throw error;
        throw transportError(error, wire, redactor, known);
      } finally {
        done.abort();
      }
    });
  }

  return {
    redactor,
    async send(call) {
      if (call.signal?.aborted === true) {
        throw new CloudError('cloud/aborted', `${call.operation} was ended by the caller.`, { operation: call.operation });
      }
      loading ??= loadVendor(settings.credentials);
      return send(call, await loading);
    },
  };
}

/** Success must be said twice: by the HTTP status, which the vendor checked, and by the body (mse.md §5.3). */
function readAnswer(body: unknown, status: number | undefined, redactor: Redactor, known: CloudErrorDetails): Answer {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new CloudError('cloud/bad-answer', `The answer to ${known.operation} is not an object.`, { ...known, status, effect: 'unknown' });
  }
  const fields = body as Body;
  const code = fields['ErrorCode'] ?? fields['Code'];
  if (fields['Success'] === false || (typeof code === 'string' && isThrottlingCode(code))) {
    throw answerError({ status, body: fields, redactor, known, retryAfter: undefined });
  }
  const requestId = typeof fields['RequestId'] === 'string' ? redactor.text(fields['RequestId']) : undefined;
  // ListTagResources has no Data: its lists stand beside the request id.
  return { data: known.operation === 'ListTagResources' ? fields : (fields['Data'] ?? undefined), requestId };
}

import type { OperationTypes } from './api/types.ts';
import { type Clock, systemClock } from './clock.ts';
import type { CredentialSource, StaticCredentials } from './credentials.ts';
import { encodeParameters } from './encode.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { CloudError, isCloudError } from './errors.ts';
import { type ControllerOperationName, type OperationName, operations } from './operations.ts';
import { delayBefore, type RetrySettings, retryDefaults } from './retry.ts';
import { createTransport } from './transport.ts';

export interface CloudClientOptions {
  /** For example `cn-hangzhou`. The endpoint follows from it. */
  readonly region: string;
  /** Another endpoint: a host, `host:port`, or a URL. `http:` is accepted for loopback addresses only. */
  readonly endpoint?: string;
  /** `vpc` for the endpoint inside a VPC (mse.md §5.1). */
  readonly network?: string;
  /** Goes into the endpoint's name (mse.md §5.1). */
  readonly suffix?: string;
  /** A key pair or anything with `getCredential()`. Without it the vendor's default chain: environment, OIDC role, profile file, instance role. */
  readonly credentials?: StaticCredentials | CredentialSource;
  /** Milliseconds for one answer. Default 10 000. */
  readonly timeout?: number;
  readonly retry?: Partial<RetrySettings>;
  readonly clock?: Clock;
  /** Numbers in [0, 1) for the jitter of delays. */
  readonly random?: () => number;
  /** Language of the cloud's messages. Default `en`. */
  readonly acceptLanguage?: 'en' | 'zh';
  /** Appended to the vendor's user agent. */
  readonly userAgent?: string;
  /** Called after each request, repeated ones included: for logs and metrics. What it throws is ignored. */
  readonly onCall?: (event: CallEvent) => void;
}

/** One request that was made. Holds no parameter. */
export interface CallEvent {
  readonly operation: OperationName;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly requestId?: string;
  readonly error?: CloudError;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for one answer, in place of the client's. */
  readonly timeout?: number;
}

export interface CloudReply<D> {
  readonly data: D;
  readonly requestId: string | undefined;
}

type Methods = {
  readonly [N in OperationName as Uncapitalize<N>]: (
    parameters: OperationTypes[N]['parameters'],
    options?: CallOptions,
  ) => Promise<CloudReply<OperationTypes[N]['data']>>;
};

/** One method for each operation, under its API name with a small first letter. Every failure is a `CloudError`. */
export interface CloudClient extends Methods {
  readonly region: string;
  /** The host and port calls go to. */
  readonly endpoint: string;
}

/** The part of the client that `readActual` and `apply` may use: what they cannot name, they cannot call. */
export type ControllerClient = Pick<CloudClient, Uncapitalize<ControllerOperationName> | 'region'>;

/**
 * A client for one region. It holds no socket of its own and needs no closing: idle connections are the process's and do not keep it alive.
 *
 * Calls the cloud throttles are repeated with growing, jittered delays that are never shorter than the cloud asks for. Calls whose answer was lost
 * are repeated when they end in the same state; a creation is not, because the API has no client token: its error then has `effect: 'unknown'`.
 *
 * @throws TypeError when the region or the endpoint is not usable: a programmer's mistake.
 */
export function createCloudClient(options: CloudClientOptions): CloudClient {
  const { clock = systemClock, random = Math.random, timeout = 10_000 } = options;
  const retry: RetrySettings = { ...retryDefaults, ...options.retry };
  const endpoint: Endpoint = endpointOf(options);
  const transport = createTransport({
    region: options.region,
    endpoint: endpoint.host,
    protocol: endpoint.protocol,
    credentials: options.credentials,
    userAgent: options.userAgent ?? 'ingresskit',
  });

  const report = (event: CallEvent): void => {
    try {
      options.onCall?.(event);
    } catch {
      // An observer must not change what is observed.
    }
  };

  async function call(operation: OperationName, parameters: object, { signal, timeout: own }: CallOptions): Promise<CloudReply<unknown>> {
    const query = encodeParameters({ AcceptLanguage: options.acceptLanguage ?? 'en', ...parameters });
    const begin = clock.now();
    let delay = 0;
    for (let attempt = 1; ; attempt += 1) {
      const sent = clock.now();
      try {
        const answer = await transport.send({ operation, query, timeout: own ?? timeout, signal, repeated: attempt - 1, delay });
        report({
          operation,
          attempt,
          duration: clock.now() - sent,
          ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
        });
        return answer;
      } catch (caught) {
        if (!isCloudError(caught)) throw caught;
        const error = caught.with({ attempts: attempt });
        report({ operation, attempt, duration: clock.now() - sent, error });
        // A deletion whose first answer was lost finds nothing the second time: that is success.
        if (attempt > 1 && error.code === 'cloud/not-found' && operations[operation].kind === 'delete')
          return { data: undefined, requestId: error.requestId };
        const next = delayBefore(attempt, error, operations[operation].kind, retry, random);
        if (next === undefined || clock.now() - begin + next > retry.budget) throw error;
        delay = next;
        await clock.sleep(delay, signal).catch(() => {
          throw new CloudError('cloud/aborted', `${operation} was ended by the caller.`, { ...error.details(), operation });
        });
      }
    }
  }

  const methods: Record<string, unknown> = {};
  for (const name of Object.keys(operations) as OperationName[]) {
    methods[name.charAt(0).toLowerCase() + name.slice(1)] = (parameters: object, own: CallOptions = {}) => call(name, parameters, own);
  }
  return Object.freeze({ ...methods, region: options.region, endpoint: endpoint.host }) as unknown as CloudClient;
}

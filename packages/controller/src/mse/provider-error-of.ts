import { type CloudError, type CloudErrorCode, isCloudError } from '@ingresskit/cloud';
import { type GatewayRecord, ProviderError } from '../controller/gateway-provider.ts';

/** What only a person can change. */
const permanent: ReadonlySet<CloudErrorCode> = new Set<CloudErrorCode>([
  'cloud/denied',
  'cloud/refused',
  'cloud/credentials',
  'cloud/gateway-failed',
  'cloud/not-owned',
]);

/** In CamelCase, for the status. */
const reasons: Readonly<Partial<Record<CloudErrorCode, string>>> = {
  'cloud/throttled': 'CloudThrottled',
  'cloud/denied': 'CloudDenied',
  'cloud/refused': 'CloudRefused',
  'cloud/credentials': 'CloudCredentials',
  'cloud/gateway-failed': 'GatewayFailed',
  'cloud/not-owned': 'GatewayNotOwned',
};

/** A failure of the cloud as the controller wants it, with what must be remembered all the same. */
export function providerErrorOf(error: unknown, record: GatewayRecord): unknown {
  if (!isCloudError(error)) return error;
  return new ProviderError(`provider/${error.code.slice('cloud/'.length)}`, reasons[error.code] ?? 'CloudUnreachable', textOf(error), {
    isPermanent: permanent.has(error.code),
    record,
    retryAfter: error.retryAfter,
    cause: error,
  });
}

function textOf({ message, operation, apiCode, requestId }: CloudError): string {
  const details = [operation, apiCode, requestId === undefined ? undefined : `request ${requestId}`].filter((one) => one !== undefined);
  return details.length === 0 ? message : `${message} (${details.join(', ')})`;
}

export { type AskingRequest, type ExternalAuthAnswerers, externalAuthAnswerers } from './answer-external-auth.ts';
export { type AddressCheck, ForbiddenAddressError, type ResolveName } from './checked-lookup.ts';
export { BusyError, ExternalAuthClient, type ExternalAuthClientOptions } from './external-auth-client.ts';

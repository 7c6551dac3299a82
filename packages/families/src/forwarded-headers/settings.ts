/** What differs between gateways. The `mse` profile leaves these headers to its data plane. */
export interface ForwardedHeadersSettings {
  /** Whether the backend gets the headers at all. */
  readonly sends: boolean;
  /** Whether what the client says about the original request is believed (ConfigMap `use-forwarded-headers`). */
  readonly trusts: boolean;
  /** Whether the peer is added to the list that came, instead of taking its place (`compute-full-forwarded-for`). */
  readonly appendsFor: boolean;
  /** The header with the addresses, in lower case (`forwarded-for-header`). */
  readonly forwardedForHeader: string;
  /** Whether the original target is sent (`proxy-add-original-uri-header`). */
  readonly sendsOriginalUri: boolean;
}

/** The settings of the `mse` profile. */
export const forwardedHeadersSettings: ForwardedHeadersSettings = {
  sends: false,
  trusts: false,
  appendsFor: false,
  forwardedForHeader: 'x-forwarded-for',
  sendsOriginalUri: false,
};

/** Where calls go. */
export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** Host, and port when it is not the protocol's own. */
  readonly host: string;
}

/**
 * `mse[-suffix][-network].<region>.aliyuncs.com` (mse.md §5.1), or the endpoint that is given.
 *
 * @throws TypeError when a part cannot stand in a host name, or when credentials would leave the machine unencrypted.
 */
export function endpointOf(options: {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly network?: string | undefined;
  readonly suffix?: string | undefined;
}): Endpoint {
  const { region, endpoint, network, suffix } = options;
  for (const [name, part] of Object.entries({ region, network, suffix })) {
    if (part !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part))
      throw new TypeError(`${name} ${JSON.stringify(part)} is not a host name part`);
  }
  if (endpoint === undefined) {
    const place = network === undefined || network === 'public' ? '' : `-${network}`;
    return { protocol: 'https', host: `mse${suffix === undefined ? '' : `-${suffix}`}${place}.${region}.aliyuncs.com` };
  }
  const text = /^[a-z]+:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  if (!URL.canParse(text)) throw new TypeError(`endpoint ${JSON.stringify(endpoint)} is neither a host nor a URL`);
  const url = new URL(text);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new TypeError('the endpoint may have a scheme, a host and a port, nothing else');
  }
  if (url.protocol === 'https:') return { protocol: 'https', host: url.host };
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol !== 'http:' || !loopback)
    throw new TypeError('the endpoint must be https: signed requests carry a usable token for minutes');
  return { protocol: 'http', host: url.host };
}

import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { isSubdomain } from '@ingresskit/resources';

/** The Domain of a cookie (RFC 6265 §4.1.2.3). A leading dot means nothing and stays, as ingress-nginx sends it. */
export const cookieDomain: Codec<string> = {
  grammar: 'host name, perhaps with a leading dot',
  parse(text) {
    const domain = text.trim();
    const name = domain.startsWith('.') ? domain.slice(1) : domain;
    return isSubdomain(name.toLowerCase()) ? parsed(domain) : invalid('is not a domain', 'Write a host name such as "example.com".');
  },
};

/** None, Lax or Strict in any case. The text stays as it is: another spelling than these is accepted and then not sent. */
export const sameSite: Codec<string> = {
  grammar: 'None, Lax or Strict',
  parse(text) {
    const value = text.trim();
    return /^(?:none|lax|strict)$/i.test(value) ? parsed(value) : invalid('is not None, Lax or Strict', 'Write "Lax".');
  },
};

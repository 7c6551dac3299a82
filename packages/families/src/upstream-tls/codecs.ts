import type { Codec, TlsVersion } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { isSubdomain } from '@ingresskit/resources';

/** A host name as certificates have it. */
export const serverName: Codec<string> = {
  grammar: 'host name',
  parse(text) {
    const name = text.trim().toLowerCase();
    return isSubdomain(name)
      ? parsed(name)
      : invalid('is not a host name', 'Write a name such as "cart.example.com", without wildcard, port or variables.');
  },
};

/** The oldest and the newest of some versions. */
export const protocolList: Codec<readonly [TlsVersion, TlsVersion]> = {
  grammar: 'TLSv1.2, TLSv1.3 or both, with a blank between them',
  parse(text) {
    const words = text.trim().split(/\s+/);
    const isList = words.every((word): word is 'TLSv1.2' | 'TLSv1.3' => word === 'TLSv1.2' || word === 'TLSv1.3');
    if (!isList) return invalid('is not a list of TLSv1.2 and TLSv1.3', 'Write "TLSv1.2 TLSv1.3" or one of the two.');
    const [oldest = 'TLSv1.2', newest = oldest] = [...new Set(words)].sort();
    return parsed([oldest, newest]);
  },
};

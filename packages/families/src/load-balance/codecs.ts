import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';

/** The name of an algorithm. Which names there are is the gateway's business. */
export const algorithmWord: Codec<string> = {
  grammar: 'round_robin, least_conn, random or ewma, as the gateway has it',
  parse(text) {
    const word = text.trim();
    return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(word) ? parsed(word) : invalid('is not the name of an algorithm', 'Write "round_robin".');
  },
};

/** The characters that ingress-nginx accepts in a hash key, and the dash of MSE's `$http_x-stage`. */
export const hashKeyText: Codec<string> = {
  grammar: 'variables such as $remote_addr, $request_uri, $host, $http_name or $arg_name',
  parse(text) {
    const key = text.trim();
    if (key.length > 256) return invalid('is longer than 256 characters', 'Shorten it.');
    return /^[A-Za-z0-9_${}-]+$/.test(key) ? parsed(key) : invalid('is not a key', 'Write a variable such as "$remote_addr".');
  },
};

/** The name of a query parameter, as it stands in the URL. */
export const queryParameterName: Codec<string> = {
  grammar: 'the name of a query parameter',
  parse(text) {
    const name = text.trim();
    return /^[A-Za-z0-9._~-]{1,256}$/.test(name) ? parsed(name) : invalid('is not the name of a query parameter', 'Write "sessionId".');
  },
};

import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { isSubdomain, quote } from '@ingresskit/resources';

/** Hosts with commas between them. The twin does not trim them (higress.md §14); nobody means the blanks. */
export const domainList: Codec<readonly string[]> = {
  grammar: 'comma list of hosts, or *',
  parse(text) {
    if (text.length > 16_384) return invalid('is longer than 16384 characters', 'List fewer hosts.');
    const domains = text.split(',').map((item) => item.trim().toLowerCase());
    const wrong = domains.find((domain) => domain !== '*' && !isSubdomain(domain.startsWith('*.') ? domain.slice(2) : domain));
    if (wrong !== undefined) return invalid(`has an item that is no host: ${quote(wrong, 60)}`, 'Write "mcp.example.com".');
    return parsed(domains.includes('*') ? ['*'] : [...new Set(domains)]);
  },
};

/** What a path is compared with: one line. */
export const matchValue: Codec<string> = {
  grammar: 'text on one line, at most 1024 characters',
  parse(text) {
    const value = text.trim();
    return /^[^\u0000-\u001f\u007f]{1,1024}$/.test(value) ? parsed(value) : invalid('is not text on one line of at most 1024 characters');
  },
};

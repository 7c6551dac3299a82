export type { AddressSet } from './address-set.ts';
export { addressSet, isAddress } from './address-set.ts';
export type { ParsedCidr } from './parse-cidr.ts';
export { parseCidr } from './parse-cidr.ts';

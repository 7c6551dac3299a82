/** Guards for destinations that tenants choose: auth-url, mirror targets, ExternalName Services (reliability.md §2.5). */
export { type AddressOptions, addressProblem } from './addresses.ts';
export { type Destination, type DestinationOptions, destinationProblem, urlProblem } from './destination.ts';

/** Guards for destinations that tenants choose; they stand in the kit, since the compiler asks them about ExternalName Services too. */
export {
  type AddressOptions,
  addressProblem,
  type Destination,
  type DestinationOptions,
  destinationProblem,
  urlProblem,
} from '@ingresskit/annotations';

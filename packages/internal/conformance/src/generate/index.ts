export { annotations, type FamilyKeys, familyKeys } from './annotations.ts';
export { cluster, ingress, resource } from './cluster.ts';
export { hosts, namespaces, oddValues, oneOf } from './names.ts';
export { request, requests } from './requests.ts';

export { type CloudPolicy, cloudPolicy, policyDifference, unusedActions, unusedServices } from './cloud-policy.ts';
export { crdManifest, type Manifest } from './crd.ts';
export { type DeploymentOptions, deploymentManifests } from './deployment.ts';
export { formatManifests } from './format-manifests.ts';
export { type Component, type Placement, permissionsOf, type RoleLine, rbacManifests, roleLines } from './rbac.ts';

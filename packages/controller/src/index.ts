export { type Controller, controllerWatchPermissions, createController } from './controller/controller.ts';
export { type ControllerEvent, type ControllerOptions, finalizer, onDeleteAnnotation } from './controller/controller-options.ts';
export {
  type GatewayObservation,
  type GatewayPhase,
  type GatewayProvider,
  type GatewayRecord,
  type GatewayRequest,
  ProviderError,
  type Removal,
} from './controller/gateway-provider.ts';
export type { Condition, ObjectStatus } from './controller/object-status.ts';
export { reconcilerPermissions } from './controller/reconciler.ts';
export { claimInstance, type InstanceReport, reportInstance } from './local/instance.ts';
export { createLocalProvider, type LocalProviderOptions } from './local/local-provider.ts';
export type { ProcessTable } from './local/process-table.ts';
export { createMseProvider, desiredOf, type MseProviderOptions } from './mse/mse-provider.ts';
export type { Permission, PermissionVerb } from './permission.ts';

export type { Clock } from '../clock.ts';
export { createFakeApiServer, FakeApiServer, type FakeApiServerOptions } from './fake-api-server.ts';
export { FakeWatch } from './fake-watch.ts';
export { type Failure, Fault, type FaultMatch } from './fault.ts';
export type { FrontTls } from './http-front.ts';
export type { ParsedRequest, ServedResource, Verb } from './parse-request.ts';
export { type HistoryStep, VersionedStore } from './versioned-store.ts';
export { VirtualClock } from './virtual-clock.ts';

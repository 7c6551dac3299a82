export type { FakeSettings } from './answers.ts';
export { createFakeCloud, type FakeCall, type FakeCloud, type FakeCloudOptions } from './fake-cloud.ts';
export { type Fault, throttling } from './faults.ts';
export { createVerifier, type KnownKey, type RawRequest, type SignatureProblem } from './signature.ts';
export type { FakeDomain, FakeGateway, FakeList, FakeSource, FakeState } from './state.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

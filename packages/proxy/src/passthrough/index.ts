export { type Greeted, Passthrough } from './passthrough.ts';
export type { PassthroughRecord } from './record.ts';

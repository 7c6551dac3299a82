export { type ExchangeEnd, guardLimits, type LimitAnswerers, limitAnswerers } from './answer-limits.ts';
export { Circuit, type CircuitOptions } from './circuit.ts';
export type { Admission, LimitStore, Soon } from './limit-store.ts';
export { MemoryLimitStore, type MemoryLimitStoreOptions } from './memory-limit-store.ts';
export { ShadowLimitStore, type ShadowLimitStoreOptions } from './shadow-limit-store.ts';

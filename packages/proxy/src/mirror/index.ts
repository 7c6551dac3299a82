export { BodyCopy } from './body-copy.ts';
export { ByteBudget, isMirrored, type MirrorCounts, type MirrorJob, MirrorQueue, type MirrorQueueOptions } from './mirror-queue.ts';

/** Longest request target, in bytes (reliability.md A22). */
export const maxTargetLength: number = 8192;

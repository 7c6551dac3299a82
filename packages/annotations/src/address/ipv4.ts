/**
 * The number an IPv4 address stands for, or -1. Strict: four decimal parts, no leading zeros, no hexadecimal, no short forms, because
 * readers disagree about those (`010.0.0.1` is 8.0.0.1 to some).
 */
export function parseIpv4(text: string, from = 0, to: number = text.length): number {
  if (to - from > 15) return -1;
  let value = 0;
  let part = 0;
  let digits = 0;
  let parts = 1;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (digits === 0 || parts === 4) return -1;
      value = value * 256 + part;
      part = 0;
      digits = 0;
      parts++;
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return -1;
      part = part * 10 + (code - 48);
      digits++;
      if (part > 255) return -1;
    }
  }
  return parts === 4 && digits > 0 ? value * 256 + part : -1;
}

/** The dotted form of a number below 2³². */
export function formatIpv4(value: number): string {
  return `${Math.floor(value / 16777216)}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

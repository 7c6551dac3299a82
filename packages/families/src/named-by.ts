/** Whether a handshake that asked for `sni` was made for a host of the table (`example.com`, `*.example.com`, or `*` for any). */
export function isNamedBy(host: string, sni: string | undefined): boolean {
  if (host === '*') return true;
  if (sni === undefined) return false;
  return host.startsWith('*.') ? sni.endsWith(host.slice(1)) && sni.length > host.length - 1 : sni === host;
}

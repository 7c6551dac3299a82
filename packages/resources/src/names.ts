/** Kubernetes' grammars of names, as character checks: they run for every name of every object. */

const hyphen = 45;
const dot = 46;

function isLowerLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** RFC 1123 subdomain as Kubernetes reads it: lower-case labels joined by dots, 253 characters at most. Labels have no limit of their own. */
export function isSubdomain(name: string): boolean {
  return name.length > 0 && name.length <= 253 && isLabels(name, 0);
}

/** `*.` before a subdomain: the only wildcard an Ingress host may have. 253 characters at most with the `*.`. */
export function isWildcardSubdomain(name: string): boolean {
  return name.length > 2 && name.length <= 253 && name.startsWith('*.') && isLabels(name, 2);
}

function isLabels(name: string, from: number): boolean {
  let previous = dot;
  for (let i = from; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code === dot) {
      if (previous === dot || previous === hyphen) return false;
    } else if (code === hyphen) {
      if (previous === dot) return false;
    } else if (!isLowerLetter(code) && !isDigit(code)) return false;
    previous = code;
  }
  return previous !== dot && previous !== hyphen;
}

/** RFC 1123 label: one label of 63 characters at most. Namespaces are named so. */
export function isLabel(name: string): boolean {
  return name.length <= 63 && isSubdomain(name) && !name.includes('.');
}

/** RFC 1035 label: an RFC 1123 label that starts with a letter. Services are named so. */
export function isServiceName(name: string): boolean {
  return isLabel(name) && isLowerLetter(name.charCodeAt(0));
}

/** IANA service name: 1 to 15 lower-case letters, digits and single inner hyphens, with a letter among them. */
export function isPortName(name: string): boolean {
  return name.length <= 15 && /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

/** A port that can be connected to. */
export function isPortNumber(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Dotted IPv4, leading zeros tolerated as Kubernetes does here. IPv6 text is no subdomain, so host checks need not know it. */
export function isIpv4(text: string): boolean {
  // The first test is cheap and settles nearly every host name.
  return (
    isDigit(text.charCodeAt(text.length - 1)) && /^\d+\.\d+\.\d+\.\d+$/.test(text) && text.split('.').every((part) => Number(part) <= 255)
  );
}

/** A name that may stand in a URL path by itself: what Kubernetes asks of the kind and name of a reference. */
export function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('%');
}

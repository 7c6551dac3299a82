import { readFile } from 'node:fs/promises';
import { type Clock, systemClock } from './clock.ts';
import type { ClusterOptions, Credentials, TlsMaterial } from './cluster.ts';
import { KubernetesError } from './errors.ts';

/** How long a file's text is believed. Kubelet replaces projected tokens well before they expire. */
const rereadAfter = 60_000;

/** Credentials of the options' texts and files. */
export function createCredentials(options: ClusterOptions): Credentials {
  const files = new FileTexts(options.clock ?? systemClock);
  return {
    async headers() {
      const token = options.token ?? (options.tokenFile === undefined ? undefined : await files.read(options.tokenFile));
      return { ...options.headers, ...(token === undefined ? {} : { authorization: `Bearer ${checkToken(token)}` }) };
    },
    async tls() {
      const [ca, cert, key] = await Promise.all([
        options.ca ?? files.readOptional(options.caFile),
        options.cert ?? files.readOptional(options.certFile),
        options.key ?? files.readOptional(options.keyFile),
      ]);
      const { serverName, insecureSkipTlsVerify } = options;
      const material: TlsMaterial = {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(serverName === undefined ? {} : { serverName }),
        ...(insecureSkipTlsVerify === undefined ? {} : { insecureSkipTlsVerify }),
      };
      return material;
    },
    renew() {
      return files.forget();
    },
  };
}

/** A token goes into a header: anything but visible ASCII would split it, or be refused by the HTTP library with the token in its message. */
function checkToken(token: string): string {
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new KubernetesError('kubernetes/bad-options', 'The bearer token is empty or holds characters no header may have.');
  return trimmed;
}

class FileTexts {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly text: string; readonly readAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read(file: string): Promise<string> {
    const known = this.#known.get(file);
    if (known !== undefined && this.#clock.now() - known.readAt < rereadAfter) return known.text;
    try {
      const text = await readFile(file, 'utf8');
      this.#known.set(file, { text, readAt: this.#clock.now() });
      return text;
    } catch (cause) {
      // Kubelet swaps files by renaming; a moment without the file is no reason to stop.
      if (known !== undefined) return known.text;
      throw new KubernetesError('kubernetes/bad-options', `The file ${file} cannot be read.`, { cause });
    }
  }

  readOptional(file: string | undefined): Promise<string | undefined> {
    return file === undefined ? Promise.resolve(undefined) : this.read(file);
  }

  forget(): boolean {
    this.#known.forEach(({ text }, file) => {
      this.#known.set(file, { text, readAt: Number.NEGATIVE_INFINITY });
    });
    return this.#known.size > 0;
  }
}

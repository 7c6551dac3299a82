// The texts that belong to one machine and so must be in no tracked file and no tarball: where the repository stands, and its registry's host.
import { execFileSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { dirname, sep } from 'node:path';
import { root } from './workspace.mjs';

/** Each word with what to call it in a message, so that the message itself does not spread it. */
export function machineWords() {
  const words = [{ word: root, what: "this repository's own path" }];
  // The folder above is telling too, unless it is one that every machine has.
  const parent = dirname(root);
  const common = new Set([dirname(parent), homedir(), dirname(homedir()), tmpdir(), '/tmp', '/opt', '/srv', '/home', '/root', '/usr/src']);
  if (!common.has(parent)) words.push({ word: parent + sep, what: 'the path of the folder above this repository' });
  const host = registryHost();
  if (host !== undefined) words.push({ word: host, what: "the configured registry's host" });
  return words;
}

function registryHost() {
  try {
    const { hostname, host } = new URL(
      execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    // A loopback name alone is in many an honest file; with its port it is this machine's.
    return hostname === 'localhost' || /^127\.|^\[/.test(hostname) ? host : hostname;
  } catch {
    return undefined;
  }
}

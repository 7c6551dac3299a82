import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Editors write a file in several steps, and a mounted ConfigMap changes many at once. */
const quietMs = 100;

/**
 * Calls back when a file changes that is named, or lies below a folder that is named, once things are quiet again. Folders are watched rather than files:
 * many programs replace a file instead of writing into it.
 *
 * @returns stops watching.
 */
export function watchFiles(paths: readonly string[], onChange: () => void): () => void {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, quietMs);
  };
  for (const path of paths) {
    if (path === '-') continue;
    const isFolder = statSync(path).isDirectory();
    const watcher = watch(isFolder ? path : dirname(path), { recursive: isFolder }, (_event, name) => {
      if (isFolder || name === null || name === basename(path) || name.startsWith('..data')) changed();
    });
    // A folder that is removed is seen as a change as well; there is nothing more to do here.
    watcher.on('error', changed);
    watchers.push(watcher);
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

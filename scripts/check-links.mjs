// Every relative link of every page, and every anchor in one, leads somewhere.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { finish, root } from './workspace.mjs';

const skipped = /(^|[\\/])(node_modules|dist|coverage|\.turbo|\.git|\.changeset)$/;
const pages = globSync('**/*.md', { cwd: root, exclude: (path) => skipped.test(typeof path === 'string' ? path : path.name) })
  .map((path) => path.replaceAll('\\', '/'))
  .sort();

/** Text with its code removed, line by line, so that what is left are links. */
function withoutCode(text) {
  const blank = (whole) => whole.replaceAll(/[^\n]/g, ' ');
  return text.replaceAll(/^(```+|~~~+)[\s\S]*?^\1\s*$/gm, blank).replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, blank);
}

/** The anchors of a page, as GitHub makes them. */
function anchorsOf(text) {
  const anchors = new Set();
  const counts = new Map();
  const plain = text.replaceAll(/^(```+|~~~+)[\s\S]*?^\1\s*$/gm, '');
  for (const [, heading] of plain.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/`[^`]*`|<[^>]*>/g, (piece) => (piece.startsWith('`') ? piece : ''))
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  for (const [, name] of plain.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
  return anchors;
}

const known = new Map();
function anchorsIn(page) {
  let anchors = known.get(page);
  if (anchors === undefined) {
    anchors = anchorsOf(readFileSync(join(root, page), 'utf8'));
    known.set(page, anchors);
  }
  return anchors;
}

const problems = [];
let count = 0;
for (const page of pages) {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'));
  const links = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g), ...text.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)];
  for (const { 1: target, index } of links) {
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) continue;
    count += 1;
    const line = text.slice(0, index).split('\n').length;
    const [path, anchor] = target.split('#', 2).map((part) => decodeURIComponent(part));
    const file = path === '' ? page : posix.normalize(posix.join(dirname(page).replaceAll('\\', '/'), path)).replace(/\/$/, '');
    if (path.startsWith('/') || file.startsWith('..') || !existsSync(join(root, file)))
      problems.push(`${page}:${line}: ${target} does not exist`);
    else if (anchor !== undefined && anchor !== '' && file.endsWith('.md') && !anchorsIn(file).has(anchor)) {
      problems.push(`${page}:${line}: ${target}: the page has no such heading`);
    } else if (anchor !== undefined && statSync(join(root, file)).isDirectory())
      problems.push(`${page}:${line}: ${target}: a folder has no headings`);
  }
}
finish('links', problems, `${count} relative links of ${pages.length} pages lead somewhere`);

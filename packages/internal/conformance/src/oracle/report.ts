import { stringify } from 'yaml';
import type { Comparison } from './compare.ts';
import { sceneFile } from './gateways.ts';
import type { Disagreement } from './known-differences.ts';
import { differences } from './observe.ts';
import { formatRequest } from './scene.ts';

/** A disagreement with all that is needed to see it again: the manifest, nginx's configuration, the request, and both answers. */
export function formatDisagreement({ scene, request, real, model }: Disagreement): string {
  const { text } = sceneFile(scene.ingresses, { listen: '127.0.0.1:80', scene: 0, passwordFile: (secret) => `${secret}.htpasswd` });
  const before = scene.requests.length - 1;
  return [
    differences(real, model).join('\n'),
    `--- request${before === 0 ? '' : `, after ${before} others`}\n${formatRequest(request)}`,
    `--- manifest\n${scene.ingresses.map((ingress) => stringify(ingress, { lineWidth: 160 })).join('---\n')}`,
    `--- nginx.conf\n${text.trim()}`,
  ].join('\n');
}

/** What a run compared and found, in a few lines. */
export function formatComparison({ compared, outcomes, known, unexplained }: Comparison): string {
  const sorted = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
  const explained = [...known].sort(([, a], [, b]) => b - a).map(([{ id }, count]) => `${id} ${count}`);
  return [
    `${compared} requests compared; nginx: ${sorted.join(', ')}`,
    `known differences: ${explained.length === 0 ? 'none' : explained.join(', ')}`,
    `unexplained differences: ${unexplained.length}`,
  ].join('\n');
}

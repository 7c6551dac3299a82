import type { Diagnostic, Resource } from '@ingresskit/resources';
import { quote } from '@ingresskit/resources';
import type { RequestInput } from 'ingresskit';
import { parseManifests } from 'ingresskit';
import { isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { Case, CaseFile, CaseOptions, CaseRequest, Expected } from './case.ts';
import { caseDiagnostics } from './case-diagnostics.ts';
import { decisionForms, normalDecision } from './decision-text.ts';
import { parseRequestLine } from './request-line.ts';
import { type CaseDocument, splitCaseFile } from './split-case-file.ts';

/**
 * Reads a case file: Kubernetes documents, and documents of `kind: Case` that say how to compile them, which requests to send and what should come of
 * each. All cases of a file share its manifests. Never throws; a case with a mistake becomes a `case/…` error and is left out.
 *
 * @param file the name that diagnostics give the text; it has no influence on what a case does.
 */
export function parseCaseFile(text: string, file: string): CaseFile {
  const { manifests, cases } = splitCaseFile(text);
  const { resources, diagnostics: reading } = parseManifests(manifests, { file });
  const problems: Diagnostic[] = [];
  const read = cases.flatMap((document, index) => {
    const found: Diagnostic[] = [];
    const parsed = new CaseReader(document, file, found).read(index, resources, reading);
    problems.push(...found);
    return parsed === undefined || found.length > 0 ? [] : [parsed];
  });
  return { resources, cases: read, diagnostics: [...reading, ...problems] };
}

const fields = new Set(['kind', 'title', 'profile', 'ingressClass', 'gateway', 'config', 'options', 'requests', 'diagnostics']);
const optionTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  watchNamespace: (value) => typeof value === 'string',
  assumeEndpoints: (value) => value === 'when-none-given' || value === 'never',
  allowExternalNames: (value) => value === true || isTextList(value),
  allowCrossNamespace: (value) => typeof value === 'boolean',
  unenforcedGates: (value) => value === 'report' || value === 'deny',
};

class CaseReader {
  readonly #document: CaseDocument;
  readonly #file: string;
  readonly #problems: Diagnostic[];

  constructor(document: CaseDocument, file: string, problems: Diagnostic[]) {
    this.#document = document;
    this.#file = file;
    this.#problems = problems;
  }

  read(index: number, resources: readonly Resource[], reading: readonly Diagnostic[]): Case | undefined {
    const { document } = this.#document;
    const [error] = document.errors;
    if (error !== undefined) this.#report('unreadable', `The case cannot be parsed: ${error.message}.`, error.pos[0]);
    const root = document.contents;
    if (error !== undefined || !isMap(root)) return undefined;
    for (const { key } of root.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!fields.has(name)) this.#report('unknown-field', `${quote(name)} is no field of a case.`, startOf(key));
    }
    const title = this.#text(root, 'title');
    if (title === undefined && !root.has('title')) this.#report('invalid-field', 'The case has no title.', startOf(root));
    const requests = this.#requests(root);
    const diagnostics = this.#diagnostics(root);
    if (requests.length === 0 && diagnostics.length === 0)
      this.#report('empty', 'The case has no request and no diagnostic.', startOf(root));
    return {
      title: title ?? '',
      file: this.#file,
      line: this.#document.place(startOf(root)).line,
      index,
      options: this.#options(root),
      requests,
      diagnostics,
      resources,
      reading,
    };
  }

  #options(root: YAMLMap): CaseOptions {
    const profile = this.#text(root, 'profile') ?? 'mse';
    const gateway = this.#text(root, 'gateway');
    const classNode = root.get('ingressClass', true);
    const ingressClass = isNode(classNode) ? (classNode.toJS(this.#document.document) as unknown) : undefined;
    if (ingressClass !== undefined && typeof ingressClass !== 'string' && !isTextList(ingressClass)) {
      this.#report('invalid-field', 'ingressClass must be a class name or a list of them.', startOf(classNode));
    }
    const configNode = root.get('config', true);
    const config = isNode(configNode) ? (configNode.toJS(this.#document.document) as unknown) : undefined;
    if (config !== undefined && (profile !== 'ingress-nginx' || !isTextMap(config))) {
      this.#report('invalid-field', 'config must be a map of texts, and belongs to the profile ingress-nginx.', startOf(configNode));
    }
    const node = root.get('options', true);
    const others: Record<string, unknown> = {};
    if (node !== undefined && !isMap(node)) this.#report('invalid-field', 'options must be a map.', startOf(node));
    for (const { key, value } of isMap(node) ? node.items : []) {
      const name = isScalar(key) ? String(key.value) : '';
      const plain = isNode(value) ? (value.toJS(this.#document.document) as unknown) : undefined;
      const accepts = Object.hasOwn(optionTypes, name) ? optionTypes[name] : undefined;
      if (accepts === undefined)
        this.#report('unknown-field', `${quote(name)} is no option: ${Object.keys(optionTypes).join(', ')}.`, startOf(key));
      else if (accepts(plain)) others[name] = plain;
      else this.#report('invalid-field', `The option ${name} cannot be ${quote(JSON.stringify(plain))}.`, startOf(value));
    }
    return {
      ...others,
      profile,
      ...(gateway === undefined ? {} : { gateway }),
      ...(isTextMap(config) ? { config } : {}),
      ...(ingressClass === undefined ? {} : { ingressClass: ingressClass as string | readonly string[] }),
    };
  }

  #requests(root: YAMLMap): readonly CaseRequest[] {
    const node = root.get('requests', true);
    if (node === undefined) return [];
    if (!isSeq(node)) {
      this.#report('invalid-field', 'requests must be a list.', startOf(node));
      return [];
    }
    return node.items.flatMap((item) => {
      const { line } = this.#document.place(startOf(item));
      if (isScalar(item) && typeof item.value === 'string') {
        const read = parseRequestLine(item.value);
        if (read.ok) return [{ request: read.value.request, expected: { line: read.value.expected }, line }];
        this.#report('invalid-request', `The line ${quote(item.value)} ${read.problem}.`, startOf(item));
        return [];
      }
      const request = isMap(item) ? this.#request(item) : undefined;
      if (request === undefined) {
        this.#report(
          'invalid-request',
          'A request is a line "METHOD URL -> DECISION", or a map of "request" (with a url) and "expect".',
          startOf(item),
        );
        return [];
      }
      return [{ ...request, line }];
    });
  }

  #request(item: YAMLMap): Omit<CaseRequest, 'line'> | undefined {
    const { request, expect, ...rest } = item.toJS(this.#document.document) as { request?: unknown; expect?: unknown };
    if (Object.keys(rest).length > 0 || !isObject(request) || typeof request['url'] !== 'string') return undefined;
    const expected = this.#expected(expect, startOf(item));
    return expected === undefined ? undefined : { request: request as unknown as RequestInput, expected };
  }

  #expected(expect: unknown, offset: number): Expected | undefined {
    if (isObject(expect)) return { subset: expect };
    if (typeof expect !== 'string') return undefined;
    const line = normalDecision(expect);
    if (line === undefined) this.#report('invalid-request', `${quote(expect)} is none of: ${decisionForms}.`, offset);
    return line === undefined ? undefined : { line };
  }

  #diagnostics(root: YAMLMap): readonly string[] {
    const node = root.get('diagnostics', true);
    if (node === undefined) return [];
    const list: unknown = isNode(node) ? node.toJS(this.#document.document) : undefined;
    const form = /^(info )?[a-z0-9/-]+( [A-Za-z]+ [^\s/]+(\/[^\s/]+)?)?$/;
    if (!isTextList(list) || list.some((entry) => !form.test(entry))) {
      this.#report(
        'invalid-field',
        'diagnostics must be a list of "CODE Kind namespace/name", those of severity info with "info " before.',
        startOf(node),
      );
      return [];
    }
    return list;
  }

  #text(root: YAMLMap, name: string): string | undefined {
    const node = root.get(name, true);
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
    this.#report('invalid-field', `${name} must be text.`, startOf(node));
    return undefined;
  }

  #report(name: Parameters<typeof caseDiagnostics.make>[0], message: string, offset: number): void {
    const { line, column } = this.#document.place(offset);
    this.#problems.push(caseDiagnostics.make(name, { message, span: { file: this.#file, line, column, length: 1 } }));
  }
}

function startOf(node: Pair['key'] | undefined): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

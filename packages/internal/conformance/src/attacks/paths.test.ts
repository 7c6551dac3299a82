import { ingress } from '@ingresskit/testing';
import { describe, expect, it } from 'vitest';
import { everyProfile } from '../laws/law.ts';
import { attack, keyOn, siteOf, spelt } from './site.ts';

describe.each(everyProfile)('%s', (_, profile) => {
  const on = (annotations: Readonly<Record<string, string>>) => spelt(profile, annotations) ?? {};

  describe('A13: a rewrite to what the client wrote', () => {
    const site = siteOf(profile, attack(on({ 'rewrite-target': '/$1' }), '/api(.*)', 'ImplementationSpecific'));

    it.each(['/api../admin', '/api/../x', '/api%2e%2e/x', '/api/..%2fx', '/api//admin', '/api%5c..%5cadmin', '/api/%2e%2e/%2e%2e/x'])(
      '%s never leaves as a path that climbs or names a host',
      (path) => {
        const decision = site.decide(`http://a.example${path}`);
        if (decision.kind !== 'forward') {
          expect(decision.kind === 'respond' ? [400, 500] : [404]).toContain(decision.kind === 'redirect' ? 0 : decision.status);
          return;
        }
        const decoded = decodeURIComponent(decision.upstream.path);
        expect(decoded).toMatch(/^\/(?![/\\])/);
        expect(decoded.split(/[/\\]/)).not.toContain('..');
      },
    );
  });

  describe('A14: redirects and rewrites to another site', () => {
    it.each(['//evil.example', String.raw`/\evil.example`])('a rewrite to %j is refused', (target) => {
      const site = siteOf(profile, attack(on({ 'rewrite-target': target })));
      const decision = site.decide('http://a.example/');
      expect(decision.kind === 'forward' ? decision.upstream.path : '/').toMatch(/^\/(?![/\\])/);
    });

    it.each([
      'https:evil.example',
      'javascript:alert(1)',
      '//evil.example',
      'https://a.example/\r\nSet-Cookie: a=b',
      'https://good.example@evil.example/',
    ])('a redirect to %j is refused at compile time, or at the latest by its answer', (target) => {
      for (const name of ['permanent-redirect', 'temporal-redirect']) {
        const site = siteOf(profile, attack(on({ [name]: target })));
        const decision = site.decide('http://a.example/');
        expect(decision.kind, target).not.toBe('redirect');
        expect(site.codes.length).toBeGreaterThan(0);
      }
    });

    it('what the request holds does not lead the root of a host elsewhere', () => {
      const site = siteOf(profile, attack(on({ 'app-root': '//evil.example' })));
      for (const url of ['http://a.example/', 'http://a.example//evil.example', String.raw`http://a.example/\evil.example`]) {
        const decision = site.decide(url);
        if (decision.kind === 'redirect') expect(new URL(decision.location, 'http://a.example').hostname).toBe('a.example');
      }
    });

    it('a redirect to HTTPS stays on the host', () => {
      const site = siteOf(profile, attack(on({ 'force-ssl-redirect': 'true' })));
      for (const path of ['//evil.example', '/%0d%0aSet-Cookie:%20a=b', '/@evil.example', String.raw`/\evil.example`]) {
        const decision = site.decide(`http://a.example${path}`);
        if (decision.kind !== 'redirect') continue;
        expect(new URL(decision.location).hostname).toBe('a.example');
        expect(decision.location).not.toMatch(/[\r\n]/);
      }
    });
  });

  describe('A15: patterns', () => {
    const pattern = keyOn(profile, 'use-regex') ?? '';
    const cases: readonly (readonly [string, string])[] = [
      ['look-behind', '/(?<=a)b'],
      ['look-ahead', '/a(?=b)'],
      ['a back-reference', String.raw`/(a)\1`],
      ['a large repetition', '/a{1001}'],
      ['nested repetitions', '/((a{100}){100}){100}'],
      ['ten kilobytes', `/${'a?'.repeat(5120)}`],
      ['half a character', '/\ud800['],
      ['an open bracket', '/[a'],
    ];

    it.each(cases)('%s is reported at its Ingress, and its siblings live', (_, path) => {
      const siblings = ingress('sibling').host('a.example').path('/sibling', 'web:80').build();
      const bad = ingress('attack')
        .host('a.example')
        .path(path, 'web:80', 'ImplementationSpecific')
        .path('/fine', 'web:80', 'ImplementationSpecific');
      const site = siteOf(profile, siblings, bad.annotate({ [pattern]: 'true' }).build());
      expect(site.decide('http://a.example/sibling').kind).toBe('forward');
      const reports = site.diagnostics.filter(({ object, severity }) => object?.name === 'attack' && severity !== 'info');
      expect(reports.length).toBeGreaterThan(0);
      expect(reports.every(({ message }) => message.length < 2000)).toBe(true);
      expect(site.decide('http://a.example/aaaa').kind).not.toBe('forward');
    });

    it('a pattern that would take other engines forever takes none of ours', () => {
      const site = siteOf(profile, attack({ [pattern]: 'true' }, '/(a+)+$', 'ImplementationSpecific'));
      // A backtracking engine would need 2^4000 steps; a test that ends is the proof.
      expect(site.decide(`http://a.example/${'a'.repeat(4000)}b`).kind).not.toBe('redirect');
    });
  });

  describe('A16: long paths against many patterns', () => {
    // How long it takes is for the bench; of the patterns that are run for a path, see the matcher's index of patterns.
    const patternOf = (number: number): string =>
      [`/.*[a-c]x${number}/y$`, `/(v1|v2)/foo${number}(/|$)`, `/(a|b)*a(a|b){12}z${number}/`][number % 3] as string;
    let many = ingress('attack').host('a.example');
    for (let number = 0; number < 1000; number++) many = many.path(patternOf(number), 'web:80', 'ImplementationSpecific');
    const site = siteOf(profile, many.annotate(on({ 'use-regex': 'true' })).build());
    const long = (start: string, middle: string, end = ''): string => {
      const room = 8192 - 'http://a.example'.length - start.length - end.length;
      return start + middle.repeat(Math.ceil(room / middle.length)).slice(0, room) + end;
    };

    it.each([
      ['by its end', long('/', 'abcx/', 'bx600/y'), 600],
      ['by its beginning', long('/v2/foo601/', 'abcx/'), 601],
      ['by the pattern of an automaton that doubles with each letter', long('/', 'ab', `a${'b'.repeat(12)}z602/`), 602],
    ])('one of 8 KiB goes %s to the one that it matches', (_, path, number) => {
      expect(site.decide(`http://a.example${path}`)).toMatchObject({ kind: 'forward', route: { path: patternOf(number) } });
    });

    it.each([
      ['nothing of them', long('/', 'abcx/')],
      ['nearly all of one', long('/', 'ab', `a${'b'.repeat(11)}z602/`)],
      [
        'a piece of as many as it has room for',
        long('/', Array.from({ length: 1000 }, (_, number) => `x${number}/foo${number}/`).join('')),
      ],
    ])('one of 8 KiB that holds %s goes nowhere', (_, path) => {
      expect(site.decide(`http://a.example${path}`).kind).toBe('no-route');
    });
  });
});

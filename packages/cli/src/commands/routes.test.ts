import { fromJSON, type RouteTableJson } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { fakeIo } from '../testing/fake-io.ts';
import { other, shop } from '../testing/manifests.ts';

const guarded = `${other.replace('cors-max-ages: "600"', 'auth-type: basic\n    nginx.ingress.kubernetes.io/auth-secret: users')}---
apiVersion: v1
kind: Secret
metadata: { name: users, namespace: shop }
stringData: { auth: "alice:{SHA}hunter2-in-the-clear" }
`;
const files = { 'shop.yaml': shop, 'guarded.yaml': guarded };

async function routes(...argv: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const io = fakeIo({ files });
  const status = await run(['routes', ...argv], io);
  return { status, out: io.out(), err: io.err() };
}

describe('ingresskit routes', () => {
  it('prints every host with its routes', async () => {
    const { status, out } = await routes('-f', 'shop.yaml', '-f', 'guarded.yaml');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^shop\.example\.com .*\n {2}\/cart\/\* .*50% shop\/cart:80 \+ 50% shop\/cart-v2:80 .*ip-access.*shop\/web\/0\/0$/m,
    );
    expect(out).toMatch(/^other\.example\.com /m);
  });

  it('prints one host', async () => {
    expect((await routes('-f', 'shop.yaml', '-f', 'guarded.yaml', '--host', 'shop.example.com')).out).not.toContain('other.example.com');
    expect((await routes('-f', 'shop.yaml', '--host', 'x')).out).toBe('The table has no host "x".\n');
  });

  it('prints the table as JSON that can be read again', async () => {
    const { out } = await routes('-f', 'shop.yaml', '--json');
    expect(fromJSON(JSON.parse(out) as RouteTableJson).hosts.get('shop.example.com')?.routes).toHaveLength(1);
    const one = JSON.parse(
      (await routes('-f', 'shop.yaml', '-f', 'guarded.yaml', '--json', '--host', 'other.example.com')).out,
    ) as RouteTableJson;
    expect(one.hosts.map(({ host }) => host)).toEqual(['other.example.com']);
  });

  it('leaves credentials out', async () => {
    const { out, err } = await routes('-f', 'guarded.yaml', '--json');
    expect(out).toContain('"basic-auth"');
    expect(out + err).not.toContain('hunter2');
  });
});

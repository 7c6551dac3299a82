import { describe, expect, it } from 'vitest';
import { type CloudClient, createCloudClient } from './client.ts';
import { leftOutOperations, managedPolicyActions, operations } from './operations.ts';
import { createFakeCloud } from './testing/index.ts';

describe('operations', () => {
  it('needs nothing for the controller that the vendor’s own policy does not allow (mse.md §7)', () => {
    const needed = Object.values(operations).filter((operation) => operation.controller);
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter(({ action }) => !managedPolicyActions.includes(action))).toEqual([]);
  });

  it('names the RAM action after the operation', () => {
    for (const [name, operation] of Object.entries(operations)) expect(operation.action).toBe(`mse:${name}`);
  });

  it('offers none of the operations whose parameters are not documented', () => {
    expect(leftOutOperations.filter((name) => name in operations)).toEqual([]);
  });

  it('reaches the cloud with every one of them, signed and understood', async () => {
    await using cloud = await createFakeCloud();
    const client = createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials });
    const gateway = cloud.addGateway({ name: 'one' });
    const id = { GatewayUniqueId: gateway.id };
    const RegionId = cloud.region;
    const tagged = { RegionId, ResourceType: 'GATEWAY', ResourceId: [gateway.id] } as const;
    const list = { ...id, IsWhite: true, ResourceType: 'GATEWAY', ResourceIdJsonList: `[${gateway.number}]` } as const;
    const source = { ...id, Source: 'K8s', Name: 'cluster', Address: 'c1' } as const;

    await client.addGateway({ Region: RegionId, Vpc: 'vpc-1' });
    await client.getGateway(id);
    expect((await client.listGateway({ FilterParams: { Name: 'one' } })).data.TotalSize).toBe(1);
    await client.updateGatewaySpec({ ...id, Spec: 'MSE_GTW_2_4_200_c', Replica: 1 });
    await client.updateGatewayName({ ...id, Name: 'two' });
    await client.updateGatewayOption({ ...id, GatewayOption: { DisableHttp2Alpn: true } });
    expect((await client.getGatewayOption(id)).data.DisableHttp2Alpn).toBe(true);
    await client.updateGatewayConfig({ ...id, ConfigName: 'XffTrustedNum', ConfigValue: '2' });
    expect((await client.getGatewayConfig(id)).data.XffTrustedNum).toBe(2);
    const sourceId = (await client.addServiceSource({ ...source, IngressOptionsRequest: { EnableIngress: true, IngressClass: 'mse' } }))
      .data;
    await client.updateServiceSource({ ...source, Id: sourceId, IngressOptionsRequest: { WatchNamespace: 'web' } });
    expect((await client.listServiceSource(id)).data[0]?.IngressOptions).toEqual({
      EnableIngress: true,
      IngressClass: 'mse',
      WatchNamespace: 'web',
      EnableStatus: true,
    });
    expect((await client.getKubernetesSource(id)).data).toEqual([{ Cluster: 'c1', Name: 'cluster' }]);
    await client.deleteServiceSource({ ...id, SourceId: sourceId });
    await client.addSecurityGroupRule({ ...id, SecurityGroupId: 'sg-1', PortRange: '1/65535' });
    await client.listSecurityGroup(id);
    expect((await client.listSecurityGroupRule(id)).data).toHaveLength(1);
    await client.deleteSecurityGroupRule({ ...id, Id: 0 });
    await client.addGatewaySlb({ ...id, SlbId: 'lb-1', Type: 'PUB_NET' });
    await client.listGatewaySlb(id);
    await client.selectGatewaySlb({ ...id, Type: 'PUB_NET' });
    await client.deleteGatewaySlb({ ...id, SlbId: 'lb-1' });
    const domain = { ...id, Id: (await client.addGatewayDomain({ ...id, Name: 'a.example.com', Protocol: 'HTTPS' })).data };
    await client.updateGatewayDomain({ ...domain, Http2: 'open' });
    await client.listGatewayDomain(id);
    await client.addSSLCert({ ...id, DomainId: domain.Id, CertIdentifier: 'cert-1' });
    await client.updateSSLCert({ ...id, DomainId: domain.Id, CertIdentifier: 'cert-2' });
    await client.listSSLCert(id);
    expect((await client.getGatewayDomainDetail(domain)).data).toMatchObject({
      Name: 'a.example.com',
      Http2: 'open',
      CertIdentifier: 'cert-2',
    });
    await client.deleteGatewayDomain(domain);
    const Id = (await client.addBlackWhiteList({ ...list, Content: '192.0.2.0/24', Status: 'on' })).data;
    await client.updateBlackWhiteList({ ...list, Id, Content: '198.51.100.1', Status: 'off' });
    expect((await client.getBlackWhiteList(list)).data).toMatchObject({ Content: '198.51.100.1', Status: 'off' });
    await client.gatewayBlackWhiteList({});
    await client.deleteBlackWhiteList({ ...id, Id });
    expect((await client.getBlackWhiteList(list)).data).toBeUndefined();
    await client.tagResources({ ...tagged, Tag: [{ Key: 'team', Value: 'edge' }] });
    expect((await client.listTagResources(tagged)).data.TagResources?.TagResource?.[0]).toMatchObject({ TagKey: 'team', TagValue: 'edge' });
    await client.untagResources({ ...tagged, TagKey: ['team'] });
    await client.changeResourceGroup({ ResourceId: gateway.id, ResourceGroupId: 'rg-1', ResourceRegionId: RegionId });
    for (const read of [
      'listGatewayZone',
      'queryGatewayRegion',
      'queryGatewayType',
      'querySlbSpec',
    ] as const satisfies (keyof CloudClient)[]) {
      await client[read]({});
    }
    await client.deleteGateway({ ...id, DeleteSlb: true });

    expect(cloud.rejected).toEqual([]);
    expect(cloud.calls.filter((call) => call.status !== 200)).toEqual([]);
    expect(new Set(cloud.calls.map((call) => call.operation))).toEqual(new Set(Object.keys(operations)));
  });
});

import type { AnswerContext, Answers } from './answers.ts';
import { changeableGatewayOf, gatewayOf } from './gateway-answers.ts';
import { Refusal } from './parameters.ts';
import { type FakeDomain, statusAt } from './state.ts';

function domainOf(context: AnswerContext): FakeDomain {
  const id = context.parameters.number('Id') ?? context.parameters.number('DomainId');
  const domain = gatewayOf(context).domains.find((item) => item.Id === id);
  if (domain === undefined) throw new Refusal(404, 'Domain.NotFound', 'The domain does not exist.');
  return domain;
}

function given({ parameters }: AnswerContext): Record<string, unknown> {
  const { AcceptLanguage: _language, GatewayUniqueId: _gateway, ...fields } = parameters.all();
  return fields;
}

function added(context: AnswerContext): Record<string, unknown> & { readonly Id: number } {
  context.state.next += 1;
  return { ...given(context), Id: context.state.next };
}

/** Load balancers, security groups, domains, certificates and tags. */
export const entryAnswers: Answers = {
  AddGatewaySlb(context) {
    context.parameters.text('SlbId');
    changeableGatewayOf(context).slbs.push(added(context));
    return true;
  },
  ListGatewaySlb: (context) => gatewayOf(context).slbs,
  SelectGatewaySlb(context) {
    const type = context.parameters.optional('Type');
    return gatewayOf(context).slbs.filter((slb) => type === undefined || slb['Type'] === type);
  },
  DeleteGatewaySlb(context) {
    const gateway = changeableGatewayOf(context);
    gateway.slbs = gateway.slbs.filter((slb) => slb['SlbId'] !== context.parameters.text('SlbId'));
    return true;
  },

  AddSecurityGroupRule(context) {
    const entry = added(context);
    context.parameters.text('PortRange');
    changeableGatewayOf(context).groupRules.push(entry);
    return entry.Id;
  },
  ListSecurityGroup: (context) => [...new Set(gatewayOf(context).groupRules.map((entry) => entry['SecurityGroupId']))],
  ListSecurityGroupRule: (context) =>
    gatewayOf(context).groupRules.map(({ PortRange }) => ({ IpProtocol: 'tcp', PortRange, AuthCidrs: [] })),
  DeleteSecurityGroupRule(context) {
    const gateway = changeableGatewayOf(context);
    gateway.groupRules = gateway.groupRules.filter((entry) => entry['Id'] !== context.parameters.number('Id'));
    return true;
  },

  AddGatewayDomain(context) {
    const domain = { ...added(context), Name: context.parameters.text('Name') };
    changeableGatewayOf(context).domains.push(domain);
    return domain.Id;
  },
  UpdateGatewayDomain(context) {
    const { Id: _id, ...fields } = given(context);
    Object.assign(domainOf(context), fields);
    return true;
  },
  ListGatewayDomain(context) {
    const name = context.parameters.optional('DomainName');
    return { Result: gatewayOf(context).domains.filter((domain) => name === undefined || domain.Name === name) };
  },
  GetGatewayDomainDetail: (context) => domainOf(context),
  DeleteGatewayDomain(context) {
    const gone = domainOf(context);
    const gateway = changeableGatewayOf(context);
    gateway.domains = gateway.domains.filter((domain) => domain !== gone);
    return true;
  },
  AddSSLCert(context) {
    domainOf(context)['CertIdentifier'] = context.parameters.text('CertIdentifier');
    return true;
  },
  UpdateSSLCert(context) {
    domainOf(context)['CertIdentifier'] = context.parameters.text('CertIdentifier');
    return true;
  },
  ListSSLCert: (context) =>
    gatewayOf(context)
      .domains.filter((domain) => domain['CertIdentifier'] !== undefined)
      .map((domain) => ({ CertIdentifier: domain['CertIdentifier'], Domains: [domain.Name] })),

  TagResources({ parameters, state, now, settings }) {
    const tags = parameters.tags();
    if (tags.length > 20) throw new Refusal(400, 'InvalidTag.Count', 'At most 20 tags.');
    for (const id of parameters.list('ResourceId')) {
      const gateway = state.gateways.get(id);
      if (gateway === undefined) throw new Refusal(404, 'Gateway.NotFound', 'The gateway does not exist.');
      for (const { Key, Value } of tags) gateway.tags[Key] = Value ?? '';
      gateway.tagsVisibleAt = now + settings.tagLag;
    }
    return undefined;
  },

  UntagResources({ parameters, state }) {
    for (const id of parameters.list('ResourceId')) {
      const gateway = state.gateways.get(id);
      if (gateway === undefined) throw new Refusal(404, 'Gateway.NotFound', 'The gateway does not exist.');
      const keys = new Set(parameters.flag('All') === true ? Object.keys(gateway.tags) : parameters.list('TagKey'));
      gateway.tags = Object.fromEntries(Object.entries(gateway.tags).filter(([key]) => !keys.has(key)));
    }
    return undefined;
  },

  ListTagResources({ parameters, state, now, settings }) {
    parameters.text('RegionId');
    if (parameters.text('ResourceType') !== 'GATEWAY') return { TagResources: { TagResource: [] } };
    const ids = parameters.list('ResourceId');
    const wanted = parameters.tags();
    const found = [...state.gateways.values()]
      .filter((gateway) => statusAt(gateway, now) !== undefined && now >= gateway.tagsVisibleAt)
      .filter((gateway) => ids.length === 0 || ids.includes(gateway.id))
      .filter((gateway) => wanted.every(({ Key, Value }) => Key in gateway.tags && (Value === undefined || gateway.tags[Key] === Value)))
      .flatMap((gateway) =>
        Object.entries(gateway.tags).map(([key, value]) => ({
          ResourceId: gateway.id,
          ResourceType: 'GATEWAY',
          TagKey: key,
          TagValue: value,
        })),
      );
    const from = Number(parameters.optional('NextToken') ?? 0);
    const next = from + settings.tagPageSize;
    return { TagResources: { TagResource: found.slice(from, next) }, ...(next < found.length ? { NextToken: String(next) } : {}) };
  },
};

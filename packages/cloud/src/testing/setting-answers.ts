import type { AnswerContext, Answers } from './answers.ts';
import { changeableGatewayOf, gatewayOf } from './gateway-answers.ts';
import { Refusal } from './parameters.ts';
import type { FakeList, FakeSource } from './state.ts';

function ingressOptions({ parameters }: AnswerContext, before?: FakeSource['IngressOptions']): FakeSource['IngressOptions'] {
  const given = (parameters.json('IngressOptionsRequest') ?? {}) as Partial<FakeSource['IngressOptions']>;
  return {
    EnableIngress: given.EnableIngress ?? before?.EnableIngress ?? false,
    IngressClass: given.IngressClass ?? before?.IngressClass ?? '',
    WatchNamespace: given.WatchNamespace ?? before?.WatchNamespace ?? '',
    EnableStatus: given.EnableStatus ?? before?.EnableStatus ?? true,
  };
}

function listOf(context: AnswerContext, id: number): FakeList {
  const { parameters } = context;
  const status = parameters.optional('Status') ?? 'on';
  if (status !== 'on' && status !== 'off') throw new Refusal(400, 'InvalidStatus', 'Status must be on or off.');
  const ids: unknown = JSON.parse(parameters.optional('ResourceIdJsonList') ?? '[]');
  if (!Array.isArray(ids) || !ids.every((item) => typeof item === 'number')) {
    throw new Refusal(400, 'InvalidResourceIdJsonList', 'The resource ids must be a JSON list of numbers.');
  }
  const content = parameters.optional('Content') ?? '';
  for (const entry of content.split(',')) {
    if (entry !== '' && !/^[0-9a-f.:]+(\/\d{1,3})?$/i.test(entry)) throw new Refusal(400, 'InvalidContent', `${entry} is not an address.`);
  }
  return {
    Id: id,
    IsWhite: parameters.flag('IsWhite') ?? false,
    ResourceType: parameters.text('ResourceType'),
    ResourceIds: ids as number[],
    Content: content,
    Status: status,
    Type: parameters.optional('Type') ?? 'IP',
  };
}

function answerList(list: FakeList, gateway: { readonly id: string; readonly number: number }): Record<string, unknown> {
  const { ResourceIds, ...fields } = list;
  return { ...fields, GatewayId: gateway.number, GatewayUniqueId: gateway.id, ResourceId: ResourceIds[0] };
}

/** Options, parameters, address lists and service sources. */
export const settingAnswers: Answers = {
  GetGatewayOption: (context) => gatewayOf(context).option,

  UpdateGatewayOption(context) {
    const gateway = changeableGatewayOf(context);
    for (const [name, value] of Object.entries(context.parameters.json('GatewayOption') ?? {})) {
      if (!context.settings.stubbornOptions.has(name)) gateway.option[name] = value;
    }
    return gateway.option;
  },

  GetGatewayConfig: (context) => ({ GatewayUniqueId: gatewayOf(context).id, ...gatewayOf(context).parameters }),

  UpdateGatewayConfig(context) {
    const gateway = changeableGatewayOf(context);
    const name = context.parameters.text('ConfigName');
    const value = context.parameters.optional('ConfigValue') ?? '';
    if (!(name in gateway.parameters)) throw new Refusal(400, 'InvalidConfigName', `There is no parameter ${name}.`);
    const before = gateway.parameters[name];
    gateway.parameters[name] = typeof before === 'number' ? Number(value) : typeof before === 'boolean' ? value === 'true' : value;
    return true;
  },

  AddBlackWhiteList(context) {
    const gateway = changeableGatewayOf(context);
    context.state.next += 1;
    const list = listOf(context, context.state.next);
    if (list.ResourceType === 'GATEWAY' && list.ResourceIds[0] !== gateway.number) {
      throw new Refusal(400, 'InvalidResourceIdJsonList', 'A list of the gateway refers to its number.');
    }
    if (gateway.lists.some((other) => other.IsWhite === list.IsWhite && other.ResourceType === list.ResourceType)) {
      throw new Refusal(400, 'BlackWhiteList.AlreadyExists', 'The gateway has such a list.');
    }
    gateway.lists.push(list);
    return list.Id;
  },

  GetBlackWhiteList(context) {
    const gateway = gatewayOf(context);
    const { parameters } = context;
    const white = parameters.flag('IsWhite') ?? false;
    const list = gateway.lists.find((other) => other.IsWhite === white && other.ResourceType === parameters.text('ResourceType'));
    return list === undefined ? null : answerList(list, gateway);
  },

  UpdateBlackWhiteList(context) {
    const gateway = changeableGatewayOf(context);
    const id = context.parameters.number('Id') ?? 0;
    const at = gateway.lists.findIndex((list) => list.Id === id);
    if (at < 0) throw new Refusal(404, 'BlackWhiteList.NotFound', 'The list does not exist.');
    gateway.lists[at] = listOf(context, id);
    return id;
  },

  DeleteBlackWhiteList(context) {
    const gateway = changeableGatewayOf(context);
    const id = context.parameters.number('Id');
    const before = gateway.lists.length;
    gateway.lists = gateway.lists.filter((list) => list.Id !== id);
    if (gateway.lists.length === before) throw new Refusal(404, 'BlackWhiteList.NotFound', 'The list does not exist.');
    return true;
  },

  GatewayBlackWhiteList: ({ state }) => ({
    Result: [...state.gateways.values()].flatMap((gateway) => gateway.lists.map((list) => answerList(list, gateway))),
  }),

  AddServiceSource(context) {
    const gateway = changeableGatewayOf(context);
    const { parameters } = context;
    const address = parameters.optional('Address') ?? '';
    const source = parameters.text('Source');
    if (gateway.sources.some((other) => other.Source === source && other.Address === address)) {
      throw new Refusal(400, 'ServiceSource.AlreadyExists', 'The gateway has this source.');
    }
    if (source === 'K8s' && gateway.sources.filter((other) => other.Source === 'K8s').length >= 5) {
      throw new Refusal(400, 'ServiceSource.QuotaExceeded', 'A gateway takes at most five clusters.');
    }
    context.state.next += 1;
    gateway.sources.push({
      Id: context.state.next,
      Name: parameters.text('Name'),
      Source: source,
      Type: parameters.optional('Type') ?? source,
      Address: address,
      IngressOptions: ingressOptions(context),
    });
    return context.state.next;
  },

  ListServiceSource(context) {
    const source = context.parameters.optional('Source');
    return gatewayOf(context)
      .sources.filter((item) => source === undefined || item.Source === source)
      .map((item) => ({ ...item, BindingWithGateway: 1, SourceUniqueId: `ss-${item.Id}`, Invalid: false }));
  },

  UpdateServiceSource(context) {
    const source = changeableGatewayOf(context).sources.find((item) => item.Id === context.parameters.number('Id'));
    if (source === undefined) throw new Refusal(404, 'ServiceSource.NotFound', 'The source does not exist.');
    source.Name = context.parameters.optional('Name') ?? source.Name;
    source.IngressOptions = ingressOptions(context, source.IngressOptions);
    return true;
  },

  DeleteServiceSource(context) {
    const gateway = changeableGatewayOf(context);
    const before = gateway.sources.length;
    gateway.sources = gateway.sources.filter((item) => item.Id !== context.parameters.number('SourceId'));
    if (gateway.sources.length === before) throw new Refusal(404, 'ServiceSource.NotFound', 'The source does not exist.');
    return true;
  },

  GetKubernetesSource: (context) => gatewayOf(context).sources.map((item) => ({ Cluster: item.Address, Name: item.Name })),
};

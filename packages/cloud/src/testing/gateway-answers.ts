import type { AnswerContext, Answers } from './answers.ts';
import { Refusal } from './parameters.ts';
import { createGateway, type FakeGateway, statusAt } from './state.ts';

/** The gateway a call names; one that is gone does not exist. */
export function gatewayOf({ parameters, state, now }: AnswerContext): FakeGateway {
  const gateway = state.gateways.get(parameters.text('GatewayUniqueId'));
  if (gateway === undefined || statusAt(gateway, now) === undefined)
    throw new Refusal(404, 'Gateway.NotFound', 'The gateway does not exist.');
  return gateway;
}

/** The same, for calls that change something: a gateway that is being made or deleted takes no changes. */
export function changeableGatewayOf(context: AnswerContext): FakeGateway {
  const gateway = gatewayOf(context);
  const status = statusAt(gateway, context.now);
  if (status === 0 || status === 1 || status === 8 || status === 9)
    throw new Refusal(400, 'Gateway.IncorrectStatus', `The gateway is in status ${status}.`);
  return gateway;
}

/** Status words of the documented codes. */
const words: Readonly<Record<number, string>> = {
  0: 'Creating',
  1: 'CreateFailed',
  2: 'Running',
  3: 'Changing',
  4: 'ScalingIn',
  6: 'ScalingOut',
  8: 'Deleting',
  9: 'Suspended',
  10: 'Restarting',
  11: 'Rebuilding',
  12: 'Upgrading',
  13: 'UpgradeFailed',
};

function describe(gateway: FakeGateway, now: number): Record<string, unknown> {
  const status = statusAt(gateway, now) ?? 8;
  return {
    GatewayUniqueId: gateway.id,
    Id: gateway.number,
    InstanceId: `mse_ingresspost-cn-${gateway.number}`,
    Name: gateway.name,
    Region: gateway.region,
    Vpc: gateway.vpc,
    Vswitch: gateway.vSwitches[0],
    Vswitch2: gateway.vSwitches[1],
    Spec: gateway.spec,
    Replica: gateway.replicas,
    TotalReplica: gateway.replicas,
    Status: status,
    StatusDesc: words[status],
    ChargeType: gateway.chargeType,
    GmtCreate: new Date(gateway.createdAt).toISOString().replace('Z', '+0000'),
    MseTag: JSON.stringify(gateway.tags),
    ResourceGroupId: gateway.resourceGroup,
  };
}

export const gatewayAnswers: Answers = {
  AddGateway({ parameters, state, now, settings }) {
    const region = parameters.text('Region');
    const vpc = parameters.text('Vpc');
    const name = parameters.optional('Name') ?? 'gateway';
    if (name.length > 64) throw new Refusal(400, 'InvalidName', 'The name is longer than 64 characters.');
    const replicas = parameters.number('Replica') ?? 3;
    if (replicas < 0 || replicas > 30) throw new Refusal(400, 'InvalidReplica', 'The replica count is out of range.');
    const spec = parameters.optional('Spec') ?? 'MSE_GTW_4_8_200_c';
    if (!/^MSE_GTW_(2_4|4_8|8_16|16_32)_200_c$/.test(spec)) throw new Refusal(400, 'InvalidSpec', 'There is no such spec.');
    const fails = settings.failingCreations > 0;
    if (fails) settings.failingCreations -= 1;
    const gateway = createGateway(
      state,
      {
        name,
        region,
        vpc,
        spec,
        replicas,
        vSwitches: [parameters.optional('VSwitchId'), parameters.optional('VSwitchId2')].filter((id) => id !== undefined),
        chargeType: parameters.optional('ChargeType') ?? 'POSTPAY',
        readyAt: now + settings.creationTime,
        fails,
        tags: Object.fromEntries(parameters.tags().map(({ Key, Value }) => [Key, Value ?? ''])),
        tagsVisibleAt: now + settings.tagLag,
        resourceGroup: parameters.optional('ResourceGroupId'),
      },
      now,
    );
    gateway.option['EnableHardwareAcceleration'] = parameters.flag('EnableHardwareAcceleration') ?? false;
    const ratio = parameters.number('XtraceRatio');
    if (parameters.flag('EnableXtrace') === true)
      gateway.option['TraceDetails'] = { TraceEnabled: true, TraceType: 'XTRACE', Sample: ratio ?? 1 };
    if (parameters.flag('EnableSls') === true) gateway.option['LogConfigDetails'] = { LogEnabled: true, ProjectName: 'default-project' };
    return { GatewayUniqueId: gateway.id };
  },

  GetGateway: (context) => describe(gatewayOf(context), context.now),

  ListGateway({ parameters, state, now }) {
    const filter = parameters.json('FilterParams') ?? {};
    const all = [...state.gateways.values()]
      .filter((gateway) => statusAt(gateway, now) !== undefined)
      .map((gateway) => describe(gateway, now))
      .filter((gateway) => Object.entries(filter).every(([key, value]) => gateway[key] === value));
    const size = parameters.number('PageSize') ?? 10;
    const from = ((parameters.number('PageNumber') ?? 1) - 1) * size;
    return { Result: all.slice(from, from + size), TotalSize: all.length };
  },

  DeleteGateway(context) {
    const gateway = gatewayOf(context);
    gateway.goneAt ??= context.now + context.settings.deletionTime;
    gateway.deleteSlb = context.parameters.flag('DeleteSlb') ?? false;
    return describe(gateway, context.now);
  },

  UpdateGatewaySpec(context) {
    const gateway = changeableGatewayOf(context);
    gateway.spec = context.parameters.text('Spec');
    gateway.replicas = context.parameters.number('Replica') ?? gateway.replicas;
    return gateway.number;
  },

  UpdateGatewayName(context) {
    changeableGatewayOf(context).name = context.parameters.text('Name');
    return true;
  },

  ChangeResourceGroup(context) {
    const gateway = context.state.gateways.get(context.parameters.text('ResourceId'));
    if (gateway === undefined) throw new Refusal(404, 'Gateway.NotFound', 'The gateway does not exist.');
    gateway.resourceGroup = context.parameters.text('ResourceGroupId');
    return true;
  },

  ListGatewayZone: () => [{ ZoneId: 'zone-a', SupportQat: true }],
  QueryGatewayRegion: ({ settings }) => [settings.region],
  QueryGatewayType: () => ['Ingress'],
  QuerySlbSpec: () => ['slb.s1.small', 'slb.s2.small', 'slb.s2.medium', 'slb.s3.small', 'slb.s3.medium', 'slb.s3.large'],
};

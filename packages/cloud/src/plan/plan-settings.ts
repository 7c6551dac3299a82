import type { GatewayOption, GatewayParameterName, LogDetails, TraceDetails } from '../api/option.ts';
import type { ActualGateway, ActualList } from './actual.ts';
import type { DesiredGateway, DesiredSettings } from './desired.ts';
import type { PlanStep } from './step.ts';

/**
 * The steps from a gateway's settings to the desired ones. Where the settings are unknown, because the gateway does not exist or is being made,
 * every one is written; a fresh gateway has no address lists that would have to be emptied.
 */
export function settingSteps(desired: DesiredGateway, gateway: ActualGateway | undefined, age: 'fresh' | 'existing'): PlanStep[] {
  const { settings } = desired;
  const at = gateway === undefined ? {} : { gateway: gateway.id };
  const known = gateway?.settings;
  const steps: PlanStep[] = [];

  for (const list of ['allow', 'deny'] as const) {
    const entries = settings[list];
    const unknown = known === undefined && (age === 'existing' || entries.length > 0);
    if (!unknown && (known === undefined || sameList(entries, known[list]))) continue;
    const reason =
      entries.length > 0 ? `the ${list} list of the object is to hold for the whole gateway` : `the object has no ${list} list`;
    steps.push({ ...at, kind: 'set-address-list', list, entries, reason });
  }

  const option = (value: GatewayOption, reason: string): void => void steps.push({ ...at, kind: 'update-option', option: value, reason });
  const { hardwareAcceleration, log, trace } = settings;
  // A new gateway is created with this option as desired.
  if (gateway !== undefined && (known?.option.EnableHardwareAcceleration ?? undefined) !== hardwareAcceleration) {
    option({ EnableHardwareAcceleration: hardwareAcceleration }, `hardware acceleration is to be ${hardwareAcceleration ? 'on' : 'off'}`);
  }
  if (known === undefined || !sameLog(log, known.option.LogConfigDetails)) {
    const details = { LogEnabled: log.enabled, ...(log.project === undefined ? {} : { ProjectName: log.project }) };
    option({ LogConfigDetails: details }, log.enabled ? 'access logs are to be delivered' : 'the object asks for no log delivery');
  }
  if (trace !== undefined && (known === undefined || !sameTrace(trace, known.option.TraceDetails))) {
    const details: TraceDetails = trace.enabled
      ? { TraceEnabled: true, TraceType: trace.type, Sample: trace.sample }
      : { TraceEnabled: false };
    option(
      { TraceDetails: details },
      trace.enabled ? `requests are to be traced (${trace.type}, ${trace.sample} %)` : 'the object asks for no tracing',
    );
  }

  for (const name of Object.keys(settings.parameters).sort() as GatewayParameterName[]) {
    const value = settings.parameters[name];
    const actual = known?.parameters[name];
    if (value === undefined || (known !== undefined && actual !== undefined && actual !== null && String(actual) === value)) continue;
    const reason = known === undefined ? `the object sets it` : `it is ${String(actual ?? 'not set')}`;
    steps.push({ ...at, kind: 'update-parameter', name, value, reason });
  }
  return steps;
}

/** Order and repetition do not matter; a list that is off guards nothing and equals an empty one. */
function sameList(wanted: readonly string[], actual: ActualList | undefined): boolean {
  const is = new Set((actual?.on === true ? actual.entries : []).map(canonical));
  const should = new Set(wanted.map(canonical));
  return is.size === should.size && [...should].every((entry) => is.has(entry));
}

/** The cloud may show a single address without its prefix length. */
function canonical(entry: string): string {
  return entry.includes('/') ? entry.toLowerCase() : `${entry.toLowerCase()}/${entry.includes(':') ? 128 : 32}`;
}

function sameLog(wanted: DesiredSettings['log'], actual: LogDetails | undefined): boolean {
  if ((actual?.LogEnabled ?? false) !== wanted.enabled) return false;
  return !wanted.enabled || wanted.project === undefined || actual?.ProjectName === wanted.project;
}

function sameTrace(wanted: NonNullable<DesiredSettings['trace']>, actual: TraceDetails | undefined): boolean {
  if ((actual?.TraceEnabled ?? false) !== wanted.enabled) return false;
  return !wanted.enabled || (actual?.TraceType === wanted.type && actual.Sample === wanted.sample);
}

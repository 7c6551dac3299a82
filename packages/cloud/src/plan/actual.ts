import type { GatewayOption, GatewayParameterValues } from '../api/option.ts';
import type { ServiceSource } from '../api/service-source.ts';

/** What the cloud has for one object. Plain JSON. */
export interface ActualState {
  /** The gateway the object is about: the one it reuses, or the one that was created for it. */
  readonly gateway?: ActualGateway;
  /** Other gateways that carry the object's tags: duplicates, and ones it used before. */
  readonly others: readonly ActualGateway[];
}

export interface ActualGateway {
  readonly id: string;
  readonly name: string;
  /** A code of `gatewayStates`. */
  readonly status: number;
  readonly vpc?: string;
  readonly vSwitches: readonly string[];
  readonly spec?: string;
  readonly replicas?: number;
  readonly createdAt?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Absent while the gateway is being created or deleted: its settings cannot be asked for then. */
  readonly settings?: ActualSettings;
}

export interface ActualSettings {
  readonly option: GatewayOption;
  /** Only when the object sets parameters. */
  readonly parameters: GatewayParameterValues;
  readonly allow?: ActualList;
  readonly deny?: ActualList;
  /** The cluster as a source of Services; absent when it is not bound. */
  readonly source?: ServiceSource;
}

export interface ActualList {
  readonly id: number;
  readonly on: boolean;
  readonly entries: readonly string[];
}

/** The source of a cluster among a gateway's sources. */
export function sourceOf(sources: readonly ServiceSource[], cluster: string): ServiceSource | undefined {
  return sources.find((source) => source.Source === 'K8s' && source.Address === cluster && source.BindingWithGateway !== 0);
}

import type { GatewayParameters } from './gateway.ts';

export type AddressListScope = 'GATEWAY' | 'DOMAIN' | 'ROUTE';

export interface AddBlackWhiteListParameters extends GatewayParameters {
  readonly IsWhite: boolean;
  readonly ResourceType: AddressListScope;
  /** JSON text of a list of numbers, for example `[153]`: the `Id` of the gateway, domain or route. */
  readonly ResourceIdJsonList?: string;
  /** Addresses and CIDR blocks with commas between them. */
  readonly Content?: string;
  readonly Status?: 'on' | 'off';
  readonly Type?: 'IP';
  readonly Name?: string;
  readonly Note?: string;
}

export interface UpdateBlackWhiteListParameters extends AddBlackWhiteListParameters {
  readonly Id: number;
}

export interface GetBlackWhiteListParameters extends GatewayParameters {
  readonly IsWhite: boolean;
  readonly ResourceType: AddressListScope;
  readonly Type?: 'IP';
}

export interface BlackWhiteList {
  readonly Id: number;
  readonly GatewayId?: number;
  readonly GatewayUniqueId?: string;
  readonly IsWhite?: boolean;
  readonly ResourceType?: string;
  readonly ResourceId?: number;
  readonly Content?: string;
  readonly Status?: string;
  readonly Type?: string;
}

export interface DeleteBlackWhiteListParameters extends GatewayParameters {
  readonly GatewayId?: number;
  readonly Id: number;
}

export interface GatewayBlackWhiteListParameters {
  readonly PageNumber?: number;
  readonly PageSize?: number;
  readonly FilterParams?: { readonly SearchType?: 'ROUTE' | 'DOMAIN' | 'IP'; readonly SearchContent?: string };
}

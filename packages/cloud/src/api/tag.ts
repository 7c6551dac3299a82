/** A key has 1 to 128 characters and does not begin with `acs:` or `aliyun` (mse.md §5.5). */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type TaggedResourceType = 'CLUSTER' | 'GATEWAY';

export interface TagResourcesParameters {
  readonly RegionId: string;
  readonly ResourceType: TaggedResourceType;
  readonly ResourceId: readonly string[];
  /** At most 20. */
  readonly Tag: readonly Tag[];
}

export interface UntagResourcesParameters {
  readonly RegionId: string;
  readonly ResourceType: TaggedResourceType;
  readonly ResourceId: readonly string[];
  readonly TagKey?: readonly string[];
  readonly All?: boolean;
}

export interface ListTagResourcesParameters {
  readonly RegionId: string;
  readonly ResourceType: TaggedResourceType;
  readonly ResourceId?: readonly string[];
  /** Resources that carry all of them. */
  readonly Tag?: readonly (Pick<Tag, 'Key'> & Partial<Tag>)[];
  readonly NextToken?: string;
}

export interface TagResource {
  readonly ResourceId: string;
  readonly ResourceType?: string;
  readonly TagKey: string;
  readonly TagValue: string;
}

/** Not under `Data` but beside it in the answer. */
export interface TagPage {
  readonly TagResources?: { readonly TagResource?: readonly TagResource[] };
  readonly NextToken?: string;
}

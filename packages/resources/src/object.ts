/** The part of Kubernetes' ObjectMeta that IngressKit reads. Other fields may be present and are kept. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339, UTC. The oldest Ingress wins conflicts; an object without one counts as the oldest. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** An object that lives in a namespace. A manifest without one means `default`, and the reader fills it in. */
export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string;
}

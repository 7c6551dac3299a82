import type { AdmissionRules, Codec, Parsed, Profile } from '@ingresskit/annotations';
import type { ClientAddressRules } from '@ingresskit/route-table';

/** A profile while options change it. */
export interface ProfileDraft {
  /** Settings by family; what an option does not touch stays as it is. */
  readonly settings: Record<string, Record<string, unknown>>;
  admission: AdmissionRules;
  /** How the client's address is read, once something says that it is read from a header. */
  readonly clientAddress: { header: ClientAddressRules['header']; trusted: ClientAddressRules['trusted']; isRead: boolean };
  blockedAddresses: readonly string[] | undefined;
  allowsCrossNamespace: boolean | undefined;
}

/** A key of the controller's ConfigMap that changes what happens to requests. */
export interface Option {
  readonly key: string;
  readonly grammar: string;
  /** Reads the text and, when it is valid, changes the draft. */
  apply(text: string, draft: ProfileDraft): Parsed<unknown>;
}

/** Declares an option: its key, its grammar, and what a valid value changes. */
export function option<T>(key: string, codec: Codec<T>, change: (value: T, draft: ProfileDraft) => void): Option {
  return {
    key,
    grammar: codec.grammar,
    apply(text, draft) {
      const result = codec.parse(text.trim());
      if (result.ok) change(result.value, draft);
      return result;
    },
  };
}

/** An option that is a setting of a family and nothing else. */
export function setting<T>(key: string, codec: Codec<T>, family: string, name: string): Option {
  return option(key, codec, (value, draft) => set(draft, family, { [name]: value }));
}

/** Changes settings of a family. */
export function set(draft: ProfileDraft, family: string, settings: Readonly<Record<string, unknown>>): void {
  draft.settings[family] = { ...draft.settings[family], ...settings };
}

/** What a draft of a profile begins with. */
export function draftOf(profile: Profile): ProfileDraft {
  return {
    settings: { ...profile.settings },
    admission: profile.admission ?? {},
    clientAddress: { header: 'x-forwarded-for', trusted: ['0.0.0.0/0', '::/0'], isRead: false },
    blockedAddresses: undefined,
    allowsCrossNamespace: undefined,
  };
}

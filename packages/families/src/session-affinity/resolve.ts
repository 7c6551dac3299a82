import type { ResolveContext, ValuesOf } from '@ingresskit/annotations';
import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import type { AffinityCookie } from './affinity-cookie.ts';
import type { SessionAffinityFields } from './fields.ts';
import type { SessionAffinityPolicy, SessionAffinitySettings } from './session-affinity-policy.ts';

/** What the family reports. */
export const sessionAffinityDiagnostics: DiagnosticSet = defineDiagnostics('session-affinity', {
  'not-switched-on': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'Details of an affinity cookie without affinity',
    doc: 'The annotation that switches affinity on is missing or not valid, so clients are not kept with an endpoint. Add affinity: cookie.',
  },
  'mode-not-available': {
    severity: 'warning',
    consequence: 'default-used',
    title: 'The gateway does not have the affinity mode',
    doc: 'The gateway knows the balanced mode only: when endpoints come or go, some clients move. Sessions that must not move belong in a shared store.',
  },
  'max-age-hides-expires': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'session-cookie-max-age hides session-cookie-expires',
    doc: 'The gateway gives the cookie one lifetime, and it is the maximum age. Remove one of the two.',
  },
  'samesite-spelling': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'SameSite is spelt in a way that is not sent',
    doc: 'Only None, Lax and Strict with a capital reach the client; other spellings are accepted and then left out of the cookie.',
  },
});

/** The affinity that the annotations of an Ingress ask for. */
export function resolveAffinity(
  values: ValuesOf<SessionAffinityFields>,
  context: ResolveContext<SessionAffinitySettings>,
): SessionAffinityPolicy | undefined {
  const { settings } = context;
  const isOn = context.present('affinity') || (settings.switchedOnBy === 'any' && (context.present('name') || context.present('path')));
  if (!isOn) {
    // A canary says how it goes along with its primary's affinity, without one of its own.
    const detail = details.find((name) => context.present(name));
    if (detail !== undefined) {
      context.report('not-switched-on', {
        field: detail,
        message: `${context.keyOf(detail) ?? detail} says how affinity works, which is not switched on; it has no effect.`,
        help: 'Add the annotation affinity with the value "cookie".',
      });
    }
    return undefined;
  }
  const mode = values.mode === undefined || settings.modes.includes(values.mode) ? values.mode : 'balanced';
  if (mode !== values.mode) {
    context.report('mode-not-available', {
      field: 'mode',
      message: `The gateway has no affinity mode "${values.mode}"; "balanced" is used.`,
      help: 'Write "balanced", or remove the annotation.',
    });
  }
  const path = values.path ?? settings.path;
  return {
    cookie: cookieOf(values, context),
    ...(path === undefined ? {} : { path }),
    ...(mode === undefined ? {} : { mode }),
    changeOnFailure: values.changeOnFailure,
    canary: values.canary,
  };
}

const details = [
  'mode',
  'name',
  'path',
  'maxAge',
  'expires',
  'changeOnFailure',
  'conditionalSameSiteNone',
  'domain',
  'sameSite',
  'secure',
] as const;

function cookieOf(values: ValuesOf<SessionAffinityFields>, context: ResolveContext<SessionAffinitySettings>): Omit<AffinityCookie, 'path'> {
  const { name, maxAge, domain, secure, conditionalSameSiteNone } = values;
  const hidesExpires = maxAge !== undefined && values.expires !== undefined && context.settings.lifetimes === 'max-age-first';
  if (hidesExpires) {
    context.report('max-age-hides-expires', {
      field: 'expires',
      message: `session-cookie-max-age is set too and acts alone: ${maxAge} s.`,
      help: 'Remove session-cookie-expires.',
    });
  }
  const expires = hidesExpires ? undefined : values.expires;
  const sameSite = spelt.find((spelling) => spelling === values.sameSite);
  if (values.sameSite !== undefined && sameSite === undefined) {
    const meant = spelt.find((spelling) => spelling.toLowerCase() === values.sameSite?.toLowerCase()) ?? 'Lax';
    context.report('samesite-spelling', {
      field: 'sameSite',
      message: `"${values.sameSite}" is left out of the cookie, since only "${meant}" is sent.`,
      help: `Write "${meant}".`,
    });
  }
  return {
    name,
    ...(domain === undefined ? {} : { domain }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(expires === undefined ? {} : { expires }),
    ...(sameSite === undefined ? {} : { sameSite }),
    ...(secure ? { secure } : {}),
    ...(conditionalSameSiteNone ? { conditionalSameSiteNone } : {}),
  };
}

const spelt = ['None', 'Lax', 'Strict'] as const;

import { type Command, Option } from 'commander';
import type { CompileOptions } from 'ingresskit';
import { profiles } from 'ingresskit';
import { addClusterOptions, type ClusterChoice } from './cluster-options.ts';
import { UnusableInput } from './command-io.ts';

/** The options that say which manifests, or which cluster, and how to read them. */
export interface ManifestOptions extends CompileChoice, ClusterChoice {
  readonly file?: readonly string[];
}

/** The options that say which gateway is modelled, and what it takes. */
export interface CompileChoice {
  readonly profile: string;
  readonly ingressClass?: readonly string[];
  readonly gateway?: string;
  readonly config?: string;
  readonly enableSslPassthrough?: boolean;
  readonly watchNamespace?: string;
  readonly allowExternalName?: readonly string[];
  readonly allowCrossNamespace?: boolean;
  readonly pathNormalization?: NonNullable<CompileOptions['pathNormalization']>;
}

/** The profile whose gateway has global options in a ConfigMap. */
const profileWithConfig = 'ingress-nginx';

/** Adds the options of `ManifestOptions`. */
export function addManifestOptions(command: Command): Command {
  command.option(
    '-f, --file <path>',
    'manifests: a file, a folder (*.yaml, *.yml, *.json in it and below) or - for standard input; repeatable',
    collect,
  );
  return addClusterOptions(addCompileOptions(command), 'read the live objects of a cluster instead of files');
}

/** Adds the options of `CompileChoice`. */
export function addCompileOptions(command: Command): Command {
  return command
    .option('--profile <name>', `the gateway to model: ${Object.keys(profiles).join(', ')}`, 'mse')
    .option(
      '--ingress-class <names>',
      'take only Ingresses of these classes, by the rules of the profile (separate with commas; default: take all)',
      listOf,
    )
    .option('--gateway <name>', 'take what this MseIngressConfig takes, with its settings')
    .option('--watch-namespace <name>', 'take only Ingresses of this namespace')
    .option('--allow-external-name <host>', 'let ExternalName Services of this DNS name receive traffic (* for all); repeatable', collect)
    .option('--allow-cross-namespace', 'let annotations refer to Secrets, ConfigMaps and Services of other namespaces')
    .addOption(
      new Option(
        '--path-normalization <mode>',
        'how paths become canonical, in place of the way of the profile; hardened refuses what is ambiguous',
      ).choices(['base', 'hardened', 'nginx']),
    )
    .option('--config <file>', `a ConfigMap with global options (only with --profile ${profileWithConfig})`)
    .option('--enable-ssl-passthrough', `the controller runs with this flag (only with --profile ${profileWithConfig})`);
}

/**
 * How to compile, from the options.
 *
 * @throws UnusableInput for options that do not exist or do not go together.
 */
export function compileOptionsOf(options: CompileChoice): CompileOptions {
  const { profile, ingressClass, gateway, config, enableSslPassthrough, watchNamespace, allowExternalName } = options;
  const { allowCrossNamespace, pathNormalization } = options;
  if (config !== undefined && profile !== profileWithConfig) {
    throw new UnusableInput(`--config belongs to --profile ${profileWithConfig}; the profile ${profile} has no global ConfigMap`);
  }
  if (enableSslPassthrough === true && profile !== profileWithConfig) {
    throw new UnusableInput(
      `--enable-ssl-passthrough belongs to --profile ${profileWithConfig}; a gateway of the profile ${profile} opens all TLS`,
    );
  }
  if (!Object.hasOwn(profiles, profile)) {
    throw new UnusableInput(`there is no profile "${profile}"; available: ${Object.keys(profiles).join(', ')}`);
  }
  if (ingressClass !== undefined && gateway !== undefined) throw new UnusableInput('--ingress-class and --gateway exclude each other');
  return {
    profile,
    ...(ingressClass === undefined ? {} : { ingressClass }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(watchNamespace === undefined ? {} : { watchNamespace }),
    ...(allowExternalName === undefined ? {} : { allowExternalNames: allowExternalName.includes('*') ? true : allowExternalName }),
    ...(allowCrossNamespace === true ? { allowCrossNamespace } : {}),
    ...(pathNormalization === undefined ? {} : { pathNormalization }),
  };
}

/** Gathers the values of a repeatable option. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function listOf(value: string): readonly string[] {
  return value.split(',').map((name) => name.trim());
}

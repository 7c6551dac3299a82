import { annotationsCommand } from './annotations.ts';
import { checkCommand } from './check.ts';
import { cloudCommand } from './cloud.ts';
import type { CommandSpec } from './command-spec.ts';
import { controllerCommand } from './controller.ts';
import { crdCommand } from './crd.ts';
import { evalCommand } from './eval.ts';
import { explainCommand } from './explain.ts';
import { explainAnnotationCommand } from './explain-annotation.ts';
import { gatewayCommand } from './gateway.ts';
import { routesCommand } from './routes.ts';
import { serveCommand } from './serve.ts';

/** The subcommands, in the order in which a newcomer needs them. */
export const commands: readonly CommandSpec[] = [
  explainCommand,
  checkCommand,
  routesCommand,
  serveCommand,
  evalCommand,
  annotationsCommand,
  explainAnnotationCommand,
  gatewayCommand,
  controllerCommand,
  cloudCommand,
  crdCommand,
];

/** The command did what was asked, whatever the answer was. */
export const done = 0;
/** `check` found something at or above `--fail-on`. */
export const found = 1;
/** Arguments or input could not be used. */
export const unusable = 2;
/** A fault in the command itself (`EX_SOFTWARE` of sysexits). */
export const internal = 70;

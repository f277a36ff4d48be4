// What the benchmarks are told: a checkout, a folder in it, and options.
import { parseArgs } from "node:util";

/**
 * Reads the command line. Ends the process with the help where it is asked for, or where no checkout is named.
 *
 * @param help - What `--help` prints.
 * @param options - In the form of `parseArgs`, beside `--json` and `--help`.
 * @returns {{ checkout: string, folder: string, values: Record<string, string | boolean> }}
 */
export function benchArguments(help, options) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...options,
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [checkout, folder = "."] = positionals;
  if (values.help || checkout === undefined) {
    (values.help ? process.stdout : process.stderr).write(help);
    process.exit(values.help ? 0 : 2);
  }
  return { checkout, folder, values };
}

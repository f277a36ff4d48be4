/** Lints the files that `run.mjs` names, one at a time. The first message is the set-up, each further one a file. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Linter } from "eslint";
import { configFor } from "./sources.mjs";

const [setup] = await new Promise((settle) => process.once("message", (...message) => settle(message)));
const { default: plugin } = await import(pathToFileURL(setup.plugin).href);
const preset = plugin.configs[setup.preset];
if (preset === undefined) throw new RangeError(`The plugin has no preset "${setup.preset}".`);
const { settings } = setup;
/** One per checkout: the configuration applies to files below its folder only. */
const linters = new Map();

process.on("message", async ({ file, checkout }) => {
  if (!linters.has(checkout)) linters.set(checkout, new Linter({ configType: "flat", cwd: checkout }));
  const result = await lint(linters.get(checkout), file, checkout);
  // When the runner was stopped in the meantime, nobody waits for the result.
  process.send({ filePath: file, ...result }, () => undefined);
});
process.send({ ready: true });

async function lint(linter, file, checkout) {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  if (!setup.types) return verify(linter, file, text, await configFor({ preset, settings }, file));
  const result = verify(linter, file, text, await configFor({ preset, settings }, file, checkout));
  // Files that belong to no TypeScript project are linted all the same.
  const outside = result.messages.some(({ fatal, message }) => fatal && /project service/i.test(message));
  return outside
    ? { ...verify(linter, file, text, await configFor({ preset, settings }, file)), untyped: true }
    : result;
}

function verify(linter, file, text, config) {
  try {
    // Not `verify`, which cannot keep times on its own. Without fixing it is one pass all the same.
    const options = { filename: file, fix: false, stats: true, allowInlineConfig: false };
    const { messages } = linter.verifyAndFix(text, config, options);
    const { passes } = linter.getTimes();
    const sum = (of) => passes.reduce((total, pass) => total + (of(pass) ?? 0), 0);
    const rules = sum((pass) =>
      Object.values(pass.rules ?? {}).reduce((total, rule) => total + rule.total, 0),
    );
    return { messages, times: { parse: sum((pass) => pass.parse?.total), rules } };
  } catch (error) {
    return { messages: [], crash: { message: String(error?.message ?? error), stack: error?.stack } };
  }
}

// Runs files of node:test for the suites that are not vitest's, prints what they say, and writes `reports/<suite>.json` as
// vitest's JSON reporter would: `node tools/test.mjs --summary` adds them all up.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs the files one after another, and reports.
 *
 * @param suite - The report's name.
 * @param files - Absolute paths that end in `.test.mjs`; none is a failure.
 * @param options - Of node:test's `run`, such as `timeout` in milliseconds and `signal`.
 * @returns Whether all went well; the exit code is set, too.
 */
export async function runFiles(suite, files, options = {}) {
  const tests = [];
  const note = (ok) => (event) => {
    // A file is a test too, for the runner; it counts only when it fails, which it also does outside of any test of its own.
    const isFile = event.nesting === 0 && event.name.endsWith(".test.mjs");
    if (event.details.type === "suite" || (isFile && ok)) return;
    tests.push({
      name: isFile ? relative(root, event.name) : event.name,
      ok,
      ms: event.details.duration_ms,
    });
  };
  const stream = run({ files, concurrency: 1, ...options });
  stream.on("test:pass", note(true));
  stream.on("test:fail", note(false));
  const said = stream.compose(spec);
  said.pipe(process.stdout);
  await once(said, "end");
  return report(suite, tests);
}

/**
 * Writes the report of a suite, and sets the exit code.
 *
 * @param tests - What ran: `{ name, ok, ms? }`. None at all is a failure.
 * @returns Whether all went well.
 */
export function report(suite, tests) {
  const numPassedTests = tests.filter(({ ok }) => ok).length;
  const numFailedTests = tests.length - numPassedTests;
  mkdirSync(join(root, "reports"), { recursive: true });
  writeFileSync(
    join(root, "reports", `${suite}.json`),
    JSON.stringify({ numPassedTests, numFailedTests, tests }, null, 2),
  );
  console.log(`${suite}: ${numPassedTests} passed, ${numFailedTests} failed`);
  const ok = numFailedTests === 0 && numPassedTests > 0;
  process.exitCode = ok ? 0 : 1;
  return ok;
}

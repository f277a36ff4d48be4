// Turborepo: a second run answers from its cache, and a flood in one package is found again in that package only.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flood, installExample } from "./example.mjs";

const project = installExample("turborepo");

/** The line that sums up a run: "Cached:    2 cached, 2 total". */
const cached = ({ output }) => /Cached:\s+(\d+) cached, (\d+) total/u.exec(output)?.slice(1).map(Number);

test("the first run lints both packages, the second answers from the cache", () => {
  assert.deepEqual(cached(project.must("npm run lint")), [0, 2]);
  const second = project.must("npm run lint");
  assert.deepEqual(cached(second), [2, 2]);
  assert.match(second.output, /FULL TURBO/u);
});

test("a flood fails its own package, from a cache that still knows the other", () => {
  project.write("packages/mail/src/flood.js", flood);
  const outcome = project.run("npm run lint");
  assert.notEqual(outcome.status, 0);
  assert.deepEqual(cached(outcome), [1, 2]);
  assert.match(outcome.output, /floodgate\/no-unbounded-promise-all/u);
  project.remove("packages/mail/src/flood.js");
  assert.deepEqual(cached(project.must("npm run lint")), [2, 2]);
});

test("a change of the configuration in the root lints everything again", () => {
  project.write("eslint.config.js", project.read("eslint.config.js").replace("recommended", "strict"));
  assert.deepEqual(cached(project.must("npm run lint")), [0, 2]);
});

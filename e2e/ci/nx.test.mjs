// Nx: the same as for Turborepo.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flood, installExample } from "./example.mjs";

const project = installExample("nx");

/** How many tasks came from the cache: "✔ nx run @example/mail:lint  [existing outputs match the cache, left as is]". */
const cached = ({ output }) => output.match(/nx run @example\/\w+:lint\s+\[[^\]]*cache/gu)?.length ?? 0;

test("the first run lints both packages, the second answers from the cache", () => {
  assert.equal(cached(project.must("npm run lint")), 0);
  assert.equal(cached(project.must("npm run lint")), 2);
});

test("a flood fails its own package, and is fixed back into the cache", () => {
  project.write("packages/mail/src/flood.js", flood);
  const outcome = project.run("npm run lint");
  assert.notEqual(outcome.status, 0);
  assert.equal(cached(outcome), 1);
  assert.match(outcome.output, /floodgate\/no-unbounded-promise-all/u);
  project.remove("packages/mail/src/flood.js");
  assert.equal(cached(project.must("npm run lint")), 2);
});

test("a change of the configuration in the root lints everything again", () => {
  project.write("eslint.config.js", project.read("eslint.config.js").replace("recommended", "strict"));
  assert.equal(cached(project.must("npm run lint")), 0);
});

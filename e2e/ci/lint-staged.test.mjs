// lint-staged behind a plain git hook: a staged flood is limited, one that only its author can mend is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flood, installExample, unfixable } from "./example.mjs";

const project = installExample("lint-staged");

test("a staged flood is limited, and the limited file is what is committed", () => {
  project.write("src/load.js", flood);
  project.must("git add src/load.js && git commit --message load");
  const committed = project.must("git show HEAD:src/load.js").stdout;
  assert.match(committed, /import \{ limited \} from "@floodgate\/runtime";/u);
  assert.match(committed, /ids\.map\(limited\(10, async \(id\)/u);
  assert.equal(project.must("git status --porcelain").stdout, "");
});

test("one that only its author can mend refuses the commit, and stays staged as it was", () => {
  project.write("src/notify.js", unfixable);
  const before = project.must("git rev-parse HEAD").stdout;
  const outcome = project.run("git add src/notify.js && git commit --message notify");
  assert.notEqual(outcome.status, 0);
  assert.match(outcome.output, /floodgate\/no-floating-fan-out/u);
  assert.equal(project.must("git rev-parse HEAD").stdout, before);
  assert.equal(project.read("src/notify.js"), unfixable);
  assert.equal(project.must("git show :src/notify.js").stdout, unfixable);
});

test("what is not staged is not looked at", () => {
  project.must("git reset --quiet");
  project.write("README.md", "notify.js is not staged\n");
  project.must("git add README.md && git commit --message readme");
  assert.match(project.must("git status --porcelain").stdout, /^\?\? src\/notify\.js$/mu);
});

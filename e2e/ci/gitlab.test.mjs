// The script of the GitLab example, and the report that GitLab reads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLines, flood, installExample } from "./example.mjs";

const report = "gl-code-quality-report.json";
const project = installExample("gitlab");
const [script] = commandLines(project.read(".gitlab-ci.yml"), "eslint");

/** As GitLab's runner calls it; the formatter finds the report's name in the pipeline by the job's. */
const runJob = () =>
  project.run(script, {
    GITLAB_CI: "true",
    CI_JOB_NAME: "floodgate",
    CI_PROJECT_DIR: project.directory,
    CI_PROJECT_URL: "https://gitlab.example/shop",
    CI_COMMIT_SHORT_SHA: "0a1b2c3d",
  });

test("a project without findings passes, with an empty report", () => {
  assert.equal(runJob().status, 0);
  assert.deepEqual(JSON.parse(project.read(report)), []);
});

test("a finding fails the job, and is in the report with all that GitLab asks for", () => {
  project.write("src/load.js", `\n${flood}`);
  const outcome = runJob();
  assert.equal(outcome.status, 1, outcome.output);
  const [issue, ...others] = JSON.parse(project.read(report));
  assert.deepEqual(others, []);
  assert.match(issue.description, /one `fetch` per element of `ids`/u);
  assert.equal(issue.check_name, "floodgate/no-unbounded-promise-all");
  assert.match(issue.fingerprint, /^[0-9a-f]{32,}$/u);
  assert.ok(["info", "minor", "major", "critical", "blocker"].includes(issue.severity));
  assert.equal(issue.location.path, "src/load.js");
  const { lines, positions } = issue.location;
  assert.equal(lines?.begin ?? positions.begin.line, 3);
});

// The command lines of the GitHub Actions example, and what GitHub makes of their output.
import assert from "node:assert/strict";
import { test } from "node:test";
// OASIS publishes the schema through schemastore.org, and this package brings a copy.
import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import Ajv from "ajv";
import draft04 from "ajv/lib/refs/json-schema-draft-04.json" with { type: "json" };
import { commandLines, flood, installExample, unfixable } from "./example.mjs";

const project = installExample("github-actions");
const [annotate, upload] = commandLines(project.read(".github/workflows/floodgate.yml"), "floodgate check");
project.must("git checkout --quiet -b change && git update-ref refs/remotes/origin/main main");

test("a project without findings passes both jobs", () => {
  assert.deepEqual(project.run(annotate, { BASE: "main" }).stdout, "");
  project.must(annotate, { BASE: "main" });
  project.must(upload);
  assert.deepEqual(JSON.parse(project.read("floodgate.sarif")).runs[0].results, []);
});

test("a finding becomes an annotation on its line, and fails the job", () => {
  project.write("src/load.js", `\n${flood}`);
  const { status, stdout } = project.run(annotate, { BASE: "main" });
  assert.equal(status, 1);
  const lines = stdout.trim().split("\n");
  assert.equal(lines.length, 1);
  assert.match(
    lines[0],
    /^::error file=src\/load\.js,line=3,col=16,endLine=3,endColumn=27,title=floodgate\/no-unbounded-promise-all::[^\r\n]+$/u,
  );
});

test("what was there before the branch is not annotated", () => {
  project.write("src/old.js", unfixable);
  project.must(
    "git add src/old.js && git commit --quiet --message old && git update-ref refs/remotes/origin/main HEAD",
  );
  const { stdout } = project.run(annotate, { BASE: "main" });
  assert.match(stdout, /file=src\/load\.js/u);
  assert.doesNotMatch(stdout, /file=src\/old\.js/u);
});

test("the SARIF file is valid, holds all findings, and does not fail its job", () => {
  project.must(upload);
  const log = JSON.parse(project.read("floodgate.sarif"));
  assert.deepEqual(problemsOf(log), []);
  const found = log.runs[0].results.map(({ ruleId, level, locations }) => {
    const { artifactLocation, region } = locations[0].physicalLocation;
    return `${artifactLocation.uri}:${region.startLine} ${level} ${ruleId}`;
  });
  assert.deepEqual(found.sort(), [
    "src/load.js:3 error floodgate/no-unbounded-promise-all",
    "src/old.js:2 error floodgate/no-floating-fan-out",
  ]);
});

test("the schema refuses what is no SARIF", () => {
  assert.notDeepEqual(problemsOf({ version: "2.1.0", runs: [{ results: [] }] }), []);
});

test("a command that could not do its work fails the upload's job", () => {
  assert.equal(project.run(upload.replace("check", "check no-such-folder")).status, 1);
});

function problemsOf(log) {
  const ajv = new Ajv({ schemaId: "auto", validateSchema: false, allErrors: true });
  ajv.addMetaSchema(draft04);
  const validate = ajv.compile(schema);
  validate(log);
  return validate.errors ?? [];
}

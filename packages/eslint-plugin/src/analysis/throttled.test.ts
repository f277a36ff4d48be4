import { expect, test } from "vitest";
import { analyseText, gateText } from "../../test/analyse-text.ts";

/** What was decided about the last site. */
const decided = (text: string, neighbours: Readonly<Record<string, string>> = {}) => {
  const decision = analyseText(text, { neighbours }).decisions.at(-1);
  return decision && `${decision.verdict.kind} | ${gateText(decision.gate)}`;
};

const imports =
  "import { Octokit } from '@octokit/rest'; import { retry } from '@octokit/plugin-retry'; import { throttling } from '@octokit/plugin-throttling'; ";
const close = (client: string) =>
  `export const f = (ids: number[]) => Promise.all(ids.map(async (id) => { await ${client}.issues.update({ id }); }));`;
const inClass = (init: string) =>
  `class Git { constructor() { const GitHub = Octokit.plugin(retry, throttling); ${init} }
     closeAll(ids: number[]) { return Promise.all(ids.map((id) => this.github.issues.update({ id }))); } }`;

test.each([
  [`const github = new (Octokit.plugin(throttling))(); ${close("github")}`, "github"],
  [
    `const Client = Octokit.plugin(retry, throttling); const github = new Client({ auth }); ${close("github")}`,
    "github",
  ],
  [
    `const Client = Octokit.plugin(throttling).defaults({ auth }); const github = new Client(); ${close("github.rest")}`,
    "github",
  ],
  [inClass("this.github = new GitHub();"), "this.github"],
])("an Octokit with the throttling plugin limits its requests: %s", (text, name) => {
  expect(decided(imports + text)).toBe(`silent | limiter ${name} 10`);
});

test("the one of `octokit` has the plugin", () => {
  const text = `const github = new Octokit({ auth }); ${close("github")}`;
  expect(decided(`import { Octokit } from "octokit"; ${text}`)).toBe("silent | limiter github 10");
  expect(decided(`import { Octokit } from "@octokit/rest"; ${text}`)).toBe("report | none");
});

test.each([
  [`const Client = Octokit.plugin(retry); const github = new Client(); ${close("github")}`],
  [
    `const Client = Octokit.plugin(throttling); const github = new Client({ throttle: { enabled: false } }); ${close("github")}`,
  ],
  [`const Client = Octokit.plugin(throttling); const github = Client; ${close("github")}`],
  [inClass("this.github = new Octokit();")],
  [close("github")],
])("no other client does: %s", (text) => {
  expect(decided(imports + text)).toBe("report | none");
});

test("one that another file makes limits its requests", () => {
  const github = `${imports} const Client = Octokit.plugin(throttling); export const github = new Client();
    export class Git { github = new Client(); }`;
  const git = { "github.ts": github };
  expect(decided(`import { github } from "./github"; ${close("github")}`, git)).toBe(
    "silent | limiter github 10",
  );
  expect(
    decided(
      `import { Git } from "./github"; class Bot { constructor(private git: Git) {}
        closeAll(ids: number[]) { return Promise.all(ids.map((id) => this.git.github.issues.update({ id }))); } }`,
      git,
    ),
  ).toBe("silent | limiter this.git.github 10");
  expect(
    decided(
      `import { Git } from "./github"; const closeOne = async ({ git, id }: { git: Git; id: number }) => { await git.github.issues.update({ id }); };
        export const f = (git: Git, ids: number[]) => Promise.all(ids.map((id) => closeOne({ git, id })));`,
      git,
    ),
  ).toBe("silent | limiter git.github 10");
});

/** What shows that a call is work: its name, its object, its module, its body, what it is handed, and whose elements they are. */
import { describe, expect, test } from "vitest";
import { analyseText } from "../../test/analyse-text.ts";

/** What was decided about the last site, and what each element is said to do. */
const decided = (text: string, neighbours: Readonly<Record<string, string>> = {}) => {
  const decision = analyseText(text, { neighbours }).decisions.at(-1);
  return decision && `${decision.verdict.kind} | ${decision.effect.kind}`;
};
const opaque = "strict | opaque";
const reported = "report | starts";
/** Everything in `imports` comes from a package, out of sight. */
const each = (call: string, imports = "plugin, make", more = "") =>
  `import { ${imports} } from "elsewhere"; ${more}
   export async function run(items: string[], row: Row) { await Promise.all(items.map(async (item) => { await ${call}; })); }`;

describe("nothing shows that it is work", () => {
  test.each([
    ["a method of an object", "plugin.transform(item)"],
    ["a function of a package", "make(item)"],
    [
      "what an async function builds and hands back",
      "one(item)",
      "plugin, tool",
      "async function one(item) { return tool(item); }",
    ],
    ["a hook of plugins", "plugin.hooks.publishOne.promise(item)"],
    ["a function that others hand in", "plugin.errorHandler(item)"],
    ["a getter that is asked", "plugin.getTreeItem(item)"],
    ["a factory", "plugin.nodeFactory.create(item)"],
    [
      "what nobody waits for",
      "new Promise((done) => { plugin.list.remove(item); plugin.waiting.add(done); })",
    ],
    ["a module, which is loaded once", "import(item)"],
    ["a function that is kept, and not called", "make(async () => fetch(item))"],
  ])("%s: strict", (_what, call, imports = "plugin, make, tool", more = "") => {
    expect(decided(each(call, imports, more))).toBe(opaque);
  });

  test("nor does the body that is in sight", () => {
    const text = `import { load } from "./files"; ${each("load(item)")}`;
    expect(
      decided(text, { "files.ts": "export async function load(id) { return await plugin.resolve(id); }" }),
    ).toBe(opaque);
    expect(decided(text, { "files.ts": "export async function load(id) { return await fetch(id); }" })).toBe(
      reported,
    );
    const bound = "class Files { async load(id) { return await fetch(id); } } const files = new Files();";
    expect(decided(text, { "files.ts": `${bound} export const load = files.load.bind(files);` })).toBe(
      reported,
    );
  });
});

describe("it is work", () => {
  test.each([
    ["by its name", "plugin.save(item)"],
    ["by its name, which is private", "plugin._writeFile(item)"],
    ["by its name, which is its library's", "plugin.$save()"],
    ["by its name, in the way of callbacks", "new Promise((done) => { plugin.insert(item, done); })"],
    ["by another name", "plugin.sendMail(item)"],
    ["by a name that is none of what is done in memory", "plugin.review(item)"],
    [
      "by such a name in the body",
      "one(item)",
      "const one = async (item) => (await plugin.review(item)).text;",
    ],
    ["for a trial, by a timer", "new Promise((done) => setTimeout(done, 5))"],
    [
      "for a trial, by Node's timer",
      "sleep(5)",
      'import { setTimeout as sleep } from "node:timers/promises";',
    ],
    ["by its object", "plugin.apiClient.user(item)"],
    ["by what is asked further back", "plugin.db('users').insert(item).onConflict('id').ignore()"],
    ["by looking a path up", "plugin.pathExists(item)"],
    ["by its module", "sharp(item).toBuffer()", 'import sharp from "sharp";'],
    ["by the name its maker gave it", "change(item)", "const { mutateAsync: change } = useChange();"],
    ["by what is handed to who calls it only", "plugin.withRetries(async () => fetch(item))"],
    ["by a function of that kind, by its name", "pRetry(read)", "const read = async () => fetch('/');"],
    ["by what is in a list", "plugin.settled(row.parts.map(async (part) => fetch(part)))"],
    ["by a stream's end", "new Promise((done) => { const out = plugin.open(item); out.on('end', done); })"],
  ])("%s: reported", (_what, call, more = "") => {
    expect(decided(each(call, "plugin", more))).toBe(reported);
  });

  test("where its file is not at hand, and it is called by a bare name", () => {
    const text = (module: string) => each("handle(item)", "handle").replace("elsewhere", module);
    expect(decided(text("./handlers"))).toBe(reported);
    expect(decided(text("handlers"))).toBe(opaque);
    const declared = "export declare function handle(item: string): Promise<void>;";
    expect(decided(text("./handlers"), { "handlers.ts": declared })).toBe(reported);
    expect(decided(each("handle(item)", "make"))).toBe(reported);
    expect(
      decided(each("handle(item)", "make", "declare function handle(item: string): Promise<void>;")),
    ).toBe(reported);
  });

  test("a name that says what is done outweighs a body that shows nothing", () => {
    const text = (name: string) =>
      `import { bus } from "elsewhere"; async function ${name}(x) { await bus.resolve(x); } ${each(`${name}(item)`)}`;
    expect(decided(text("downloadOne"))).toBe(reported);
    expect(decided(text("renderOne"))).toBe(opaque);
  });
});

describe("the elements are data", () => {
  const over = (list: string) =>
    `import { plugin, Users } from "elsewhere"; export async function run(at) { ${list} await Promise.all(rows.map((row) => plugin.transform(row))); }`;
  test.each([
    ["rows", "const rows = await Users.findAll({ where: at });"],
    ["files", "const rows = (await readdir(at)).filter((name) => name.endsWith('.md'));"],
    ["rows that some ask for", "let rows; if (at) { rows = await Users.findAll(); }"],
  ])("%s: reported", (_what, list) => {
    expect(decided(over(list))).toBe(reported);
  });
  test.each(["files", "Object.values(accounts)", "(await listUsers(at)).filter(isNew)", "user.groups()"])(
    "as somebody calls %s, where what is done has a name of its own",
    (list) => {
      expect(decided(over(`const all = at;`).replace("rows.map", `${list}.map`))).toBe(opaque);
      const review = (text: string) => text.replace("plugin.transform", "plugin.review");
      expect(decided(review(over(`const all = at;`).replace("rows.map", `${list}.map`)))).toBe(reported);
      expect(decided(review(over(`const all = at;`).replace("rows.map", "at.rules.map")))).toBe(opaque);
    },
  );
  test("and where the body shows such a name, but not where the function's own says that it is light", () => {
    const text = (name: string) => `import { plugin } from "elsewhere";
      const ${name} = async (file) => (await plugin.review(file)).text;
      export const all = (files) => Promise.all(files.map((file) => ${name}(file)));`;
    expect(decided(text("preprocess"))).toBe(reported);
    expect(decided(text("createTask"))).toBe(opaque);
  });
  test.each(["metadata", "grids", "page", "at.rules", "Object.values(rules)", "getRules(at)"])(
    "nobody calls %s data",
    (list) => {
      expect(decided(over("").replace("rows.map", `${list}.map`).replace("transform", "review"))).toBe(
        opaque,
      );
    },
  );
  test.each(["user_ids", "imageURLs", "OLD_FILES", "at.rows.filter(isNew)"])("but %s is", (list) => {
    expect(decided(over("").replace("rows.map", `${list}.map`).replace("transform", "review"))).toBe(
      reported,
    );
  });
  test("what is counted down is not", () => {
    expect(decided(over("let rows = at.parts; rows--;"))).toBe(opaque);
  });
  test("what something else lists is not", () => {
    expect(decided(over("const rows = await plugin.parts(at);"))).toBe(opaque);
    expect(decided(over("const rows = at.parts;"))).toBe(opaque);
  });
});

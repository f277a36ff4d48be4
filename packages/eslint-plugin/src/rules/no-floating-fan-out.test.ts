import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-floating-fan-out.ts";

untyped.run("no-floating-fan-out", rule, {
  valid: [
    {
      name: "a listener that asks for the next one when it is done",
      filename,
      code: "zip.on('entry', async (entry) => { await save(entry); zip.readEntry(); });",
    },
    {
      name: "entries that come when they are asked for, wherever that is",
      filename,
      code: "yauzl.fromBuffer(buffer, { lazyEntries: true }, (error, zip) => { zip.on('entry', async (entry) => { await save(zip, entry); }); });",
    },
    {
      name: "the same, of a promise",
      filename,
      code: "async function read(file) { const zip = await openZip(file, { lazyEntries: true }); zip.on('entry', async (entry) => { await save(zip, entry); }); }",
    },
    {
      name: "a handler that does its work once",
      filename,
      code: "child.stdout.on('data', async (data) => { if (!ready && data.includes('port')) { ready = true; await start(); } });",
    },
    {
      name: "a handler that says when it can take more",
      filename,
      code: "extract.on('entry', async (header, stream, next) => { await save(header, stream); next(); });",
    },
    {
      name: "a synchronous callback starts nothing",
      filename,
      code: "items.forEach((x) => { total += x.n; });",
    },
    { name: "an awaited loop waits", filename, code: "for (const x of items) await save(x);" },
    {
      name: "an awaited cursor keeps its back-pressure",
      filename,
      code: "for await (const row of cursor) { await save(row); }",
    },
    {
      name: "commands are queued on a pipeline that was opened before the loop",
      filename,
      code: "async function addAll(rows) { const batch = redis.pipeline(); for (const row of rows) void add(batch, row); await batch.exec(); }",
    },
    {
      name: "a promise that is also kept is waited for by whoever gets it",
      filename,
      code: "for (const x of items) { const p = save(x); tasks.push(p); p.catch(report); }",
    },
    {
      name: "a literal receiver is bounded",
      filename,
      code: "['SIGINT', 'SIGTERM'].forEach(async (s) => register(s));",
    },
    {
      name: "a request handler is not a loop of this file",
      filename,
      code: "server.on('request', async (req, res) => { await handle(req, res); });",
    },
  ],
  invalid: [
    {
      name: "entries that come by themselves",
      filename,
      code: "yauzl.fromBuffer(buffer, { lazyEntries: false }, (error, zip) => { zip.on('entry', async (entry) => { await save(zip, entry); }); });",
      errors: 1,
    },
    {
      name: "a pipeline of its own for each round holds nothing back",
      filename,
      code: "for (const row of rows) { const batch = redis.pipeline(); void add(batch, row); }",
      errors: 1,
    },
    {
      name: "an async callback of forEach",
      filename,
      code: "items.forEach(async (x) => { await save(x); });",
      errors: [
        {
          message:
            "`items.forEach` starts one `save` per element of `items`, all at once, waits for none of them and loses their errors. Use `await forEachLimit(items, 10, …)`.",
          line: 1,
          column: 1,
          endLine: 1,
          endColumn: 14,
        },
      ],
    },
    {
      name: "a function that may await is offered to wait",
      filename,
      code: "export async function saveAll(items) {\n  items.forEach(async (x) => save(x));\n}",
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 3,
          endLine: 2,
          endColumn: 16,
          suggestions: [
            {
              desc: "Run at most 10 at once, and wait for them, with `forEachLimit`",
              output: `import { forEachLimit } from "@floodgate/runtime";

export async function saveAll(items) {
  await forEachLimit(items, 10, async (x) => save(x));
}`,
            },
          ],
        },
      ],
    },
    {
      name: "a map whose result nobody takes",
      filename,
      code: "items.map(async (x) => save(x));",
      errors: [{ messageId: "finding", line: 1, column: 1, endLine: 1, endColumn: 10 }],
    },
    {
      name: "nor that of Array.from, and nothing else in the file",
      filename,
      code: "Array.from(items, async (x) => save(x));",
      errors: [{ messageId: "finding", line: 1, column: 1, endLine: 1, endColumn: 11 }],
    },
    {
      name: "void says that nobody waits",
      filename,
      code: "for (const x of items) { void save(x); }",
      errors: [{ messageId: "finding", line: 1, column: 31, endLine: 1, endColumn: 35 }],
    },
    {
      name: "an async function called in place",
      filename,
      code: "for (const x of items) { (async () => { await save(x); })(); }",
      errors: [{ messageId: "finding", line: 1, column: 27, endLine: 1, endColumn: 57 }],
    },
    {
      name: "a catch handles errors, not width",
      filename,
      code: "for (const x of items) save(x).catch(report);",
      errors: [{ messageId: "finding", line: 1, column: 24, endLine: 1, endColumn: 37 }],
    },
    {
      name: "an async listener takes the stream's back-pressure away",
      filename,
      code: "stream.on('data', async (chunk) => { await sink.write(chunk); });",
      errors: [{ messageId: "finding", line: 1, column: 1, endLine: 1, endColumn: 10 }],
    },
    {
      name: "what each event looks up for itself is no flag",
      filename,
      code: "stream.on('data', async (key) => { let value = known.get(key); if (!value) { value = await load(key); } });",
      errors: [{ messageId: "finding", line: 1, column: 1, endLine: 1, endColumn: 10 }],
    },
    {
      name: "a flag that is looked at and never set",
      filename,
      code: "stream.on('data', async (chunk) => { if (!closed) { await sink.write(chunk); } });",
      errors: [{ messageId: "finding", line: 1, column: 1, endLine: 1, endColumn: 10 }],
    },
    {
      name: "a cursor whose rows nobody waits for",
      filename,
      code: "for await (const row of cursor) { void save(row); }",
      errors: [{ messageId: "finding", line: 1, column: 40, endLine: 1, endColumn: 44 }],
    },
  ],
});

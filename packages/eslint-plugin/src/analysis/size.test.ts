/** How many elements can there be? Proved from syntax and scope, then from types. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

/** The bound of the argument of `here(...)`. */
function sizeIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return boundText(sizeOf(code, node));
}

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  expect(sizeIn(text)).toBe(size);
};

describe("what is written out is counted", () => {
  const table: Table = [
    ["here([])", "0"],
    ["here([a(), b()])", "2"],
    ["here([a, , b])", "3"],
    ["here([a(), b()] as const)", "2"],
    ["here(([a(), b()])!)", "2"],
    ["here([a(), b()] satisfies Job[])", "2"],
    ["here([a(), ...[b(), c()]])", "3"],
    ["here([a(), ...rest])", "unbounded"],
    ["here('abc')", "3"],
    ["here(null)", "0"],
    ["here(undefined)", "0"],
    ["here((log(), [a(), b()]))", "2"],
    ["here(ok ? [a()] : [b(), c()])", "<= 2"],
    ["here(ok ? [a()] : [b()])", "1"],
    ["here(ok ? [a()] : rows)", "unbounded"],
    ["here(ok && [a()])", "1"],
    ["here(rows || [])", "unbounded"],
    ["here(rows ?? [])", "unbounded"],
    ["here(rows ?? [a])", "unbounded"],
    // Who may name others names them by hand, as the author did.
    ["here(options.kinds ?? [a, b])", "coded [a, b]"],
    ["const KINDS = [a, b]; here(options.kinds || KINDS)", "coded KINDS"],
    ["here(options.kinds ?? rows)", "unbounded"],
    ["here([a] ?? [b, c])", "<= 2"],
    ["export function f(kinds = [a, b]) { here(kinds) }", "coded [a, b]"],
    ["export function f({ kinds = [a, b] }) { here(kinds) }", "coded [a, b]"],
    ["export function f(kinds = []) { here(kinds) }", "unbounded"],
    ["export function f(kinds = ['.']) { here(kinds) }", "unbounded"],
    ["export function f(kinds = load()) { here(kinds) }", "unbounded"],
    // One, or a list written by hand.
    ["here(Array.isArray(files) ? files : [files])", "coded Array.isArray(files) ? files : [files]"],
    ["here(castArray(options.files))", "coded castArray(options.files)"],
    ["here(ensureArray([a, b]))", "2"],
    ["const rows = load(); here(castArray(rows))", "unbounded"],
    ["const f = (files) => here(castArray(files))", "coded castArray(files)"],
    ["const f = (props) => { const { to } = props.field; here(castArray(to)); }", "coded castArray(to)"],
    ["const feed = await parse(xml); here(Array.isArray(feed.item) ? feed.item : [feed.item])", "unbounded"],
    ["here(castArray(await load()))", "unbounded"],
    ["const two = [a, b]; here(castArray(two))", "2"],
    ["here(Array.isArray(files) ? files : [other])", "unbounded"],
    ["here(Array.isArray(files) ? files : rows)", "unbounded"],
    ["here(toArray(stream))", "unbounded"],
    ["here(asArrayOf(rows, kind))", "unbounded"],
    // The parts of one name or path, not of a text.
    ["here(file.split('/'))", "coded split"],
    ["here(file.split(path.sep))", "coded split"],
    ["here(text.split('\\n'))", "unbounded"],
    ["here(ids.split(','))", "unbounded"],
    ["const { globalPaths } = await import('node:module'); here(globalPaths)", "coded globalPaths"],
    ["here(made = [a(), b()])", "2"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what nobody declares, returns or imports from sight has no known length", () => {
  const table: Table = [
    ["here(items)", "unbounded"],
    ["here(this.items)", "unbounded"],
    ["here(load())", "unbounded"],
    ["here(await load())", "unbounded"],
    ["here(api.list())", "unbounded"],
    ["function f(items) { here(items) }", "unbounded"],
    ["import { rows } from './rows'; here(rows)", "unbounded"],
    ["function f() { here(arguments) }", "unbounded"],
    ["here(`a${b}`)", "unbounded"],
    ["here(sql`select 1`)", "unbounded"],
    ["function* f() { here(yield) }", "unbounded"],
    ["here(new Rows())", "unbounded"],
    ["here(text.split(','))", "unbounded"],
    ["here(text.match(/a/g))", "unbounded"],
    ["here([...text.matchAll(/a/g)])", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);

  test.for([
    ["here(items)", "items", "nothing limits its length"],
    ["here(load(x))", "load(x)", "nothing limits what `load` returns"],
    ["here(await load(x))", "load(x)", "nothing limits what `load` returns"],
    ["import { rows } from './rows'; here(rows)", "rows", "`rows` is imported"],
    ["here(text.split(','))", "text.split(',')", "`text` can have any length"],
    ["here(text.match(/a/g))", "text.match(/a/g)", "`text` can hold any number of matches"],
    ["here(chunk(rows, n))", "rows", "nothing limits the number of chunks"],
    ["here(Array.from({ length: n }))", "n", "nothing limits `n`"],
  ] as const)("%s: says what (%s) and why (%s)", ([text, what, why]) => {
    const { code, node } = hereIn(text);
    expect(sizeOf(code, node)).toMatchObject({ kind: "unbounded", text: what, why });
  });

  test("says so where the code is of a kind it does not understand", () => {
    expect(sizeIn("here(class {})")).toBe("unknown");
  });

  test("a list defined by itself is not understood, and ends", () => {
    expect(sizeIn("const a = b; const b = a; here(a);")).toBe("unknown");
    expect(sizeIn("function f() { return f(); } here(f());")).toBe("unknown");
  });
});

describe("what keeps a bound", () => {
  const four = "const four = [1, 2, 3, 4]; ";
  const table: Table = [
    [`${four}here(four.filter(ok))`, "<= 4"],
    [`${four}here(four.map(load))`, "<= 4"],
    [`${four}here(four.sort())`, "<= 4"],
    [`${four}here(four.toSorted())`, "<= 4"],
    [`${four}here(four.reverse())`, "<= 4"],
    [`${four}here(four.toReversed())`, "<= 4"],
    [`${four}here(four.with(0, 9))`, "<= 4"],
    [`${four}here(four.fill(0))`, "<= 4"],
    [`${four}here(four.entries())`, "<= 4"],
    [`${four}here(four.filter(ok).map(load).reverse())`, "<= 4"],
    [`${four}here(new Set(four))`, "<= 4"],
    [`${four}here(new Map(four))`, "<= 4"],
    [`${four}here([...new Set(four)])`, "<= 4"],
    [`${four}here(Array.from(four))`, "<= 4"],
    [`${four}here(Array.from(new Set(four), load))`, "<= 4"],
    [`${four}here(await Promise.all(four.map(load)))`, "<= 4"],
    [`${four}here(await Promise.allSettled(four))`, "4"],
    [`import { pMap } from 'p-map'; ${four}here(await pMap(four, load))`, "4"],
    [`import { mapLimit } from '@floodgate/runtime'; ${four}here(await mapLimit(four, 2, load))`, "4"],
    [`import _ from 'lodash'; ${four}here(_.map(four, load))`, "<= 4"],
    [`import { uniq } from 'lodash'; ${four}here(uniq(four))`, "<= 4"],
    [`import { sortBy } from 'es-toolkit'; ${four}here(sortBy(four, ['a']))`, "<= 4"],
    ["here(rows.filter(ok))", "unbounded"],
    ["here(new Set(rows))", "unbounded"],
    ["here(new Set())", "0"],
    ["here(new Map())", "0"],
    // A query builder's `filter` says nothing about how many rows come back.
    ["import { table } from './db'; here(table.filter(ok))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what adds and multiplies", () => {
  const two = "const two = ['a', 'b']; ";
  const table: Table = [
    [`${two}here(two.concat(['c']))`, "3"],
    [`${two}here(two.concat(two, ...[two]))`, "5"],
    [`${two}here(two.concat(rows))`, "unbounded"],
    [`${two}here([...two, ...two])`, "4"],
    [`${two}here([...two, ...rows])`, "unbounded"],
    [`${two}here(two.flatMap((x) => [x, x, x]))`, "6"],
    [`${two}here(two.flatMap((x) => rowsOf(x)))`, "unbounded"],
    [`${two}here(rows.flatMap((x) => [x, x]))`, "unbounded"],
    [`here([[a, b], [c]].flat())`, "<= 4"],
    [`here(rows.flat())`, "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("windows: a size that the author chose", () => {
  const table: Table = [
    ["here(rows.slice(0, 10))", "<= 10 window"],
    ["here(rows.slice(20, 30))", "<= 10 window"],
    ["here(rows.slice(-5))", "<= 5 window"],
    ["here(rows.slice(-5, -2))", "<= 5 window"],
    ["here(rows.slice(1))", "unbounded"],
    ["here(rows.slice(0, -1))", "unbounded"],
    ["here(rows.slice())", "unbounded"],
    ["here([a, b].slice(0, 10))", "2"],
    ["here([a, b, c].slice(0, 2))", "<= 2 window"],
    ["here(rows.slice(i, i + 10))", "<= 10 window"],
    ["here(rows.slice(i, 10 + i))", "<= 10 window"],
    ["const size = 20; here(rows.slice(i, i + size))", "<= 20 window"],
    ["here(rows.slice(i, i + batchSize))", "limit batchSize"],
    ["here(rows.slice(i, i + n))", "limit n"],
    ["here(rows.slice(i, Math.min(i + 10, rows.length)))", "<= 10 window"],
    ["const end = i + 10; here(rows.slice(i, end))", "<= 10 window"],
    ["here(rows.slice(i * 10, (i + 1) * 10))", "<= 10 window"],
    ["here(rows.slice(page * size, (page + 1) * size))", "limit size"],
    ["here(rows.slice(i * 10, j - 10))", "unbounded"],
    ["here(rows.slice(0, limit))", "limit limit"],
    ["here(rows.slice(0, options.maxItems))", "limit maxItems"],
    ["here(rows.slice(0, n))", "unbounded"],
    ["here(rows.slice(a, b))", "unbounded"],
    ["here(bytes.subarray(0, 8))", "<= 8 window"],
    ["here(rows.splice(0, 10))", "<= 10 window"],
    ["here(rows.splice(0, concurrency))", "limit concurrency"],
    ["here(rows.splice(0))", "unbounded"],
    ["here(iterator.take(5))", "<= 5 window"],
    ["here(iterator.take(n))", "unbounded"],
    ["here(text.split(',', 3))", "<= 3 window"],
    ["here('a,b,c'.split(','))", "3"],
    ["import { take } from 'lodash'; here(take(rows, 5))", "<= 5 window"],
    ["import { sampleSize } from 'lodash'; here(sampleSize(rows, 5))", "<= 5 window"],
    ["import { times } from 'lodash'; here(times(5, load))", "<= 5"],
    ["import { range } from 'lodash'; here(range(5))", "<= 5"],
    ["import { bounded } from '@floodgate/runtime'; here(bounded(rows, 50))", "<= 50 window"],
    ["import { bounded } from '../lib/floodgate.js'; here(bounded(rows, 50))", "<= 50 window"],
    ["import { bounded } from './sheets'; here(bounded(rows, 50))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

test("the lesser of two ends, chosen by hand", () => {
  expect(sizeIn("here(xs.slice(i, i + 10 < n ? i + 10 : n))")).toBe("<= 10 window");
  expect(sizeIn("const end = (i + 10 < n) ? i + 10 : n; here(xs.slice(i, end))")).toBe("<= 10 window");
  expect(sizeIn("here(xs.slice(i, more ? i + 10 : n))")).toBe("unbounded");
});

describe("few by how they are made or picked", () => {
  const table: Table = [
    ["here(Object.freeze([a, b]))", "2"],
    ["here(Object.freeze(rows))", "unbounded"],
    ["here(Array.of(a, b))", "2"],
    ["here(Array.of(...rows))", "unbounded"],
    ["here(structuredClone([a, b]))", "2"],
    ["here(rows.filter((row, i) => i < 10))", "<= 10 window"],
    ["here(rows.filter((row, i) => i < 10 && row.ok))", "<= 10 window"],
    ["here(rows.filter((row, i) => i < row.most))", "unbounded"],
    ["here(rows.filter((row, i) => row.at < 10))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what is set up by hand, as its name says", () => {
  const table: Table = [
    ["here(plugins)", "coded plugins"],
    ["here(this.workers)", "coded workers"],
    ["here(this.requestListeners)", "coded requestListeners"],
    ["here(plugins.filter(isOn))", "coded plugins"],
    ["here([...plugins])", "coded plugins"],
    ["here(config.files)", "coded files"],
    ["here(config.bots.ids)", "coded ids"],
    ["here(site.bots.ENABLED_IDS)", "coded ENABLED_IDS"],
    ["here(this.pluginConfig?.paths)", "coded paths"],
    ["here(Object.values(config.stages))", "coded stages"],
    ["const plugins = [a, b]; here(plugins)", "2"],
    ["here(services)", "unbounded"],
    ["here(rushConfiguration.projects)", "unbounded"],
    ["here(Object.values(config.routes))", "unbounded"],
    ["here(options.files)", "unbounded"],
    ["here(unplugged)", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("lengths given as a number", () => {
  const table: Table = [
    ["here(Array.from({ length: 5 }))", "<= 5"],
    ["here(Array.from({ length: 5 }, load))", "<= 5"],
    ["const n = 2 * 3; here(Array.from({ length: n }))", "<= 6"],
    ["for (const n of [1, 10, 4]) here(Array.from({ length: n }))", "<= 10"],
    ["const ns = [1, 10]; for (const n of ns) here(Array.from({ length: n }))", "<= 10"],
    ["for (const n of [1, m]) here(Array.from({ length: n }))", "unbounded"],
    ["for (const n of ns()) here(Array.from({ length: n }))", "unbounded"],
    ["here(Array.from({ length: workers }))", "limit workers"],
    ["here(Array.from({ length: os.cpus().length }))", "limit cpus"],
    ["here(Array.from({ length: Math.min(n, 8) }))", "<= 8 window"],
    ["here(Array.from({ length: [a, b].length }))", "<= 2"],
    ["here(Array.from({ length: rows.length }))", "unbounded"],
    ["here(Array.from({ length: n }))", "unbounded"],
    ["here(Array.from({}))", "<= 0"],
    ["here(Array.from())", "0"],
    ["here(new Array(3))", "<= 3"],
    ["here(new Array())", "0"],
    ["here(Array(3).fill(0))", "<= 3"],
    ["here([...Array(4).keys()])", "<= 4"],
    ["here(new Array(n).fill(0))", "unbounded"],
    ["here(Array.from({ length: -1 }))", "<= 0"],
    ["import { range } from 'lodash'; here(range(0, n))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("queries that are told how many to return", () => {
  const table: Table = [
    ["here(await db.user.findMany({ take: 20 }))", "<= 20 window"],
    ["here(await db.user.findMany({ where: { a }, take: 20 }))", "<= 20 window"],
    ["here(await User.find().limit(20))", "<= 20 window"],
    ["here(await User.find().limit(20).sort('a').exec())", "<= 20 window"],
    ["here(await db.select().from(users).limit(50))", "<= 50 window"],
    ["const query = db.select().from(users).limit(50); here(await query.all())", "<= 50 window"],
    ["const query = db.select().from(users); here(await query.all())", "unbounded"],
    ["const got = await ref.orderByChild('at').limitToFirst(20).get(); here(got)", "<= 20 window"],
    ["const got = await ref.limitToLast(20).get(); here(Object.keys(got.val()))", "<= 20 window"],
    ["const got = await ref.get(); here(Object.keys(got.val()))", "unbounded"],
    // Each of few may have many.
    ["const user = await users.limit(1).first(); here(await user.posts())", "unbounded"],
    ["here(await s3.listObjects({ Bucket: b, MaxKeys: 30 }))", "<= 30 window"],
    ["here(await db.query('select * from t LIMIT 25'))", "<= 25 window"],
    ["here(await db.query(`select * from t where a = ${b} limit 25`))", "<= 25 window"],
    ["here(await db.query('select * from t'))", "unbounded"],
    ["here(await db.user.findMany({ take: pageSize }))", "limit pageSize"],
    ["here(await db.user.findMany({ take: n }))", "unbounded"],
    ["here(await db.user.findMany({ ...options, [take]: 20 }))", "unbounded"],
    ["here(await db.user.findMany())", "unbounded"],
    ["here(await load().catch(() => []))", "unbounded"],
    ["here(await User.find().limit(20).catch(() => []))", "<= 20 window"],
    ["here(await load().then((rows) => rows.slice(0, 10)))", "<= 10 window"],
    ["const rows = User.find().limit(5); here(await rows)", "<= 5 window"],
    ["const { rows } = await search({ limit: 20 }); here(rows)", "<= 20 window"],
    ["const page = await search({ limit: 20 }); here(page.rows)", "<= 20 window"],
    ["const [rows, total] = await repository.findAndCount({ take: pageSize }); here(rows)", "limit pageSize"],
    ["const [n, rows] = await Promise.all([count(), findAll({ limit: 20 })]); here(rows)", "<= 20 window"],
    ["const [n, rows] = await Promise.all([count(), findAll()]); here(rows)", "unbounded"],
    ["const { rows } = await search(); here(rows)", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("functions of the same file", () => {
  const table: Table = [
    ["const three = () => [a, b, c]; here(three())", "3"],
    ["function pick(x) { if (x) return [a]; return [b, c]; } here(pick(1))", "<= 2"],
    ["function pick(x) { if (x) return rows; return [b]; } here(pick(1))", "unbounded"],
    ["async function three() { return [a, b, c]; } here(await three())", "3"],
    // What a generator returns is not what it yields.
    ["function* three() { return [a, b, c]; } here(three())", "unbounded"],
    ["class A { list() { return [a, b]; } run() { here(this.list()); } }", "2"],
    ["const o = { list() { return [a, b]; } }; here(o.list())", "2"],
    ["import { useMemo } from 'react'; here(useMemo(() => [a], []))", "1"],
    ["import { useMemo } from 'react'; here(useMemo(() => rows.filter(isOn), [rows]))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("chunks are few only if what they are made of is", () => {
  const table: Table = [
    ["import { chunk } from 'lodash'; here(chunk(rows, 20))", "unbounded"],
    ["import { chunk } from 'lodash'; here(chunk([a, b, c], 2))", "<= 3"],
    ["import { flatten } from 'lodash'; here(flatten([[a, b], [c]]))", "<= 4"],
    ["import { flatten } from 'lodash'; here(flatten(rows.map((row) => row.parts)))", "unbounded"],
    [
      "import { flatten } from 'lodash'; const KINDS = [{ names: ['.a'] }]; here(flatten(KINDS.filter(isOn).map((kind) => kind.names)))",
      "coded kind.names",
    ],
    ["User.findAllInBatches({ batchLimit: 100 }, async (users) => { here(users) })", "page"],
    ["import User from './user'; User.findAllInBatches({ where: {} }, (users) => here(users))", "page"],
    ["here(inBatches(rows, 20))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what the checker adds", () => {
  const tuple: Given = { facts: { size: () => ({ kind: "at-most", count: 3 }) } };
  test.for([
    "here(load())",
    "here(await load())",
    "function f(xs) { here(xs) }",
    "here(this.xs)",
    "import { xs } from './xs'; here(xs)",
    "const { xs } = load(); here(xs)",
    "const xs = load(); here(xs)",
  ])("a tuple behind %s has its length", (text) => {
    expect(sizeIn(text, tuple)).toBe("<= 3");
  });

  test("a dynamic type leaves it unbounded", () => {
    expect(sizeIn("here(load())", { facts: { size: () => ({ kind: "dynamic" }) } })).toBe("unbounded");
  });

  test("what syntax proves is not asked", () => {
    const facts = {
      size: () => {
        throw new Error("asked");
      },
    };
    expect(sizeIn("here([a, b])", { facts })).toBe("2");
    expect(sizeIn("const xs = [a, b]; here(xs.map(load))", { facts })).toBe("<= 2");
  });
});

test("optional parts of the callee and wrappers of TypeScript change nothing", () => {
  expect(sizeIn("const two = [a, b]; here((two as Job[])?.map?.(load)!)")).toBe("<= 2");
});

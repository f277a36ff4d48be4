/** Remedies for what is bounded but could be better: chunks, whole streams behind a limiter, sleeps as brakes. */
import type { TSESTree } from "@typescript-eslint/types";
import {
  dottedName,
  endOf,
  isFunction,
  lastName,
  methodCall,
  outer,
  startOf,
  textOf,
  unwrap,
  visitAll,
  visitOwn,
  type Code,
  type Node,
} from "./code.ts";
import { iterationOf } from "./fans.ts";
import { gatedCall } from "./gate.ts";
import { importEdit, importEdits } from "./import-edit.ts";
import { importOf, isGlobal } from "./imports.ts";
import { functionOf } from "./members.ts";
import type { Edit, Remedy } from "./model.ts";
import { numberOf } from "./numbers.ts";
import { hasComment, onlyStatement, remedy } from "./remedy-edits.ts";
import { isCount } from "./remedy-forms.ts";
import type { RemedyContext } from "./remedies.ts";

/** `await forEachLimit(items, 25, fn)` for `for (const part of chunk(items, 25)) await Promise.all(part.map(fn))`. */
export function chunkRemedy({ code, draft, runtime, suffix }: RemedyContext): Remedy | undefined {
  const awaited = outer(code, draft.node);
  const statement = awaited ? code.parent(awaited) : undefined;
  const loop = statement && loopOver(code, statement);
  if (!loop || onlyStatement(loop.body) !== statement) return undefined;
  const chunks = chunksIn(code, loop, draft.node);
  if (chunks === undefined) return undefined;
  const imported = importEdit(code, runtime, "forEachLimit", "forEachLimit");
  const head = `await ${imported.local}(${textOf(code, chunks.source)}, ${textOf(code, chunks.size)}, `;
  return remedy(
    "map-limit",
    `Keep every slot busy with \`forEachLimit\`${suffix}`,
    [...imported.edits, ...aroundCallback(loop, chunks.callback, head)],
    { imports: runtime.specifier },
  );
}

/** The `for...of` loop whose body a statement is, alone or among others. */
function loopOver(code: Code, statement: Node): TSESTree.ForOfStatement | undefined {
  const parent = code.parent(statement);
  const loop = parent?.type === "BlockStatement" ? code.parent(parent) : parent;
  return loop?.type === "ForOfStatement" ? loop : undefined;
}

interface Chunks {
  readonly source: Node;
  readonly size: Node;
  readonly callback: Node;
}

/** What `for (const part of chunk(items, 25)) ... Promise.all(part.map(fn))` is made of, where no task looks at its chunk. */
function chunksIn(code: Code, loop: TSESTree.ForOfStatement, combinator: Node): Chunks | undefined {
  if (loop.await || combinator.type !== "CallExpression") return undefined;
  if (memberOf(code, combinator) !== "all" || combinator.arguments.length !== 1) return undefined;
  const chunks = unwrap(loop.right);
  const part = loop.left.type === "VariableDeclaration" ? loop.left.declarations[0].id : undefined;
  const [source, size] = chunks.type === "CallExpression" ? chunks.arguments : [];
  const [argument] = combinator.arguments;
  const iteration = argument ? iterationOf(code, argument) : undefined;
  if (
    !source ||
    !size ||
    source.type === "SpreadElement" ||
    size.type === "SpreadElement" ||
    // chunk(items, { size: 25 })
    size.type === "ObjectExpression" ||
    // splitEvery(25, items)
    numberOf(code, source) !== undefined ||
    part?.type !== "Identifier" ||
    iteration?.shape !== "map" ||
    iteration.call.arguments.length !== 1 ||
    dottedName(iteration.collection) !== part.name
  )
    return undefined;
  const callback = unwrap(iteration.callback);
  // Only where the callback neither counts within its chunk nor looks at it.
  if (!isFunction(callback) || callback.params.length > 1 || mentions(code, callback, part.name))
    return undefined;
  if (hasComment(code, startOf(loop), startOf(callback)) || hasComment(code, endOf(callback), endOf(loop)))
    return undefined;
  return { source, size, callback };
}

/** `all` for `Promise.all(...)`. */
function memberOf(code: Code, call: TSESTree.CallExpression): string | undefined {
  const method = methodCall(call);
  return method && isGlobal(code, method.object, "Promise") ? method.method : undefined;
}

function mentions(code: Code, node: Node, name: string): boolean {
  let found = false;
  visitAll(code, node, (inner) => {
    if (inner.type === "Identifier" && inner.name === name) found = true;
  });
  return found;
}

const aroundCallback = (loop: Node, callback: Node, head: string): readonly Edit[] => [
  { start: startOf(loop), end: startOf(callback), text: head },
  { start: endOf(callback), end: endOf(loop), text: ");" },
];

/**
 * `await mapLimit(rows, 8, (row) => limit(() => save(row)))` for
 * `const tasks = []; for await (const row of rows) tasks.push(limit(() => save(row))); await Promise.all(tasks)`.
 * The limiter stays, because others may share it.
 */
export function collectRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  const { node, fan } = draft;
  const [tasks] = node.type === "CallExpression" ? node.arguments : [];
  if (node.type !== "CallExpression" || node.typeArguments || tasks?.type !== "Identifier") return undefined;
  const operation = memberOf(code, node);
  if (fan?.shape !== "push" || (operation !== "all" && operation !== "allSettled")) return undefined;
  const all = statementBegunBy(code, node);
  const block = all ? code.parent(all) : undefined;
  if (!all || (block?.type !== "BlockStatement" && block?.type !== "Program")) return undefined;
  const index = block.body.findIndex((statement) => statement === all);
  const [declaration, loop] = index >= 2 ? block.body.slice(index - 2, index) : [];
  if (
    declaration?.type !== "VariableDeclaration" ||
    declaration.declarations.length !== 1 ||
    loop?.type !== "ForOfStatement" ||
    !loop.await
  )
    return undefined;
  const [{ id, init }] = declaration.declarations;
  const variable = code.variable(tasks);
  // Declared, pushed to, awaited: nobody else looks at the array.
  const uses = variable?.references.filter(({ identifier }) => identifier !== id);
  if (
    id.type !== "Identifier" ||
    code.variable(id) !== variable ||
    init?.type !== "ArrayExpression" ||
    init.elements.length > 0 ||
    uses?.length !== 2
  )
    return undefined;
  const body = onlyStatement(loop.body);
  const push = body?.type === "ExpressionStatement" ? methodCall(unwrap(body.expression)) : undefined;
  const [task] = push?.args ?? [];
  if (push?.method !== "push" || push.args.length !== 1 || !task || dottedName(push.object) !== id.name)
    return undefined;
  const item = itemOf(code, loop, task);
  if (item === undefined || hasComment(code, startOf(declaration), endOf(node))) return undefined;
  const name = operation === "all" ? "mapLimit" : "mapLimitSettled";
  const imported = importEdit(code, runtime, name, name);
  const edit: Edit = {
    start: startOf(node),
    end: endOf(node),
    text: `${imported.local}(${textOf(code, loop.right)}, ${limit}, (${item}) => ${textOf(code, task)})`,
  };
  const collecting: Edit = { start: startOf(declaration), end: startOf(all), text: "" };
  return remedy(
    "map-limit",
    `Take ${limit} at a time with \`${name}\`${suffix}`,
    [...imported.edits, collecting, edit],
    { imports: runtime.specifier },
  );
}

/** `await call`, `return call` or `const x = await call`: the statement in which nothing is evaluated before the call. */
function statementBegunBy(code: Code, call: Node): Node | undefined {
  let at = outer(code, call);
  if (at?.type === "AwaitExpression") at = outer(code, at);
  if (at?.type === "VariableDeclarator") {
    const declaration = code.parent(at);
    return declaration?.type === "VariableDeclaration" && declaration.declarations.length === 1
      ? declaration
      : undefined;
  }
  return at?.type === "ExpressionStatement" || at?.type === "ReturnStatement" ? at : undefined;
}

/** The loop's variable as a parameter; undefined where `work` cannot become the body of a function. */
function itemOf(code: Code, loop: TSESTree.ForOfStatement, work: Node): string | undefined {
  const id = loop.left.type === "VariableDeclaration" ? loop.left.declarations[0].id : undefined;
  let suspends = false;
  visitOwn(code, work, (node) => {
    if (node.type === "AwaitExpression" || node.type === "YieldExpression") suspends = true;
    return undefined;
  });
  return id === undefined || suspends ? undefined : textOf(code, id);
}

/** Methods of limiters whose result is the task's: not `push(task, callback)`. */
const awaitable = new Set(["run", "add", "schedule", "runExclusive", "use", "execute", "exec", "pushAsync"]);

/** `await forEachLimit(rows, 8, (row) => q.add(() => save(row)))` for `for await (const row of rows) q.add(() => save(row))`. */
export function drainRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  const { node } = draft;
  const limiter = gatedCall(code, node)?.limiter;
  // By its name alone nobody knows what a limiter's method returns.
  const method = node.type === "CallExpression" ? methodCall(node)?.method : undefined;
  if (!limiter?.known || (method === undefined ? !limiter.known.callable : !awaitable.has(method)))
    return undefined;
  const outside = outer(code, node);
  const statement = outside?.type === "UnaryExpression" ? outer(code, outside) : outside;
  const loop = statement && loopOver(code, statement);
  if (!loop || onlyStatement(loop.body) !== statement || hasComment(code, startOf(loop), endOf(loop)))
    return undefined;
  const item = itemOf(code, loop, node);
  if (item === undefined) return undefined;
  const atOnce = isCount(limiter.capacity) ? limiter.capacity : limit;
  const imported = importEdit(code, runtime, "forEachLimit", "forEachLimit");
  const edit: Edit = {
    start: startOf(loop),
    end: endOf(loop),
    text: `await ${imported.local}(${textOf(code, loop.right)}, ${atOnce}, (${item}) => ${textOf(code, node)});`,
  };
  return remedy(
    "map-limit",
    `Take ${atOnce} at a time, and wait for them, with \`forEachLimit\`${suffix}`,
    [...imported.edits, edit],
    { imports: runtime.specifier },
  );
}

/** A limit and the pace of the sleep, for `for (const x of items) { void save(x); await sleep(100); }`. */
export function pacedLoopRemedy(context: RemedyContext): Remedy | undefined {
  const { code, draft, limit } = context;
  const pause = pauseOf(code, draft.node);
  const work = draft.subject;
  if (!pause || work?.type !== "CallExpression" || !isDropped(code, work, pause.others)) return undefined;
  const { loop, ms } = pause;
  const item = itemOf(code, loop, work);
  if (item === undefined || hasComment(code, startOf(loop), endOf(loop))) return undefined;
  return paced(context, limit, `limit: 1, intervalMs: ${ms}`, (head) => [
    {
      start: startOf(loop),
      end: endOf(loop),
      text: `${head(loop.right)}(${item}) => ${textOf(code, work)});`,
    },
  ]);
}

/** The same for `for (const part of chunk(items, 25)) { await Promise.all(part.map(fn)); await sleep(1000); }`. */
export function pacedChunksRemedy(context: RemedyContext): Remedy | undefined {
  const { code, draft } = context;
  const pause = pauseOf(code, draft.node);
  const [statement, ...more] = pause?.others ?? [];
  if (!pause || statement?.type !== "ExpressionStatement" || more.length > 0) return undefined;
  const awaited = unwrap(statement.expression);
  if (awaited.type !== "AwaitExpression") return undefined;
  const chunks = chunksIn(code, pause.loop, unwrap(awaited.argument));
  const size = chunks && numberOf(code, chunks.size);
  if (!chunks || size?.kind !== "known") return undefined;
  // At most so many in any window, as with a chunk and a pause: a bucket that has filled up would let through twice that.
  const rate = `limit: ${textOf(code, chunks.size)}, intervalMs: ${pause.ms}, strict: true`;
  return paced(context, size.value, rate, (head) =>
    aroundCallback(pause.loop, chunks.callback, head(chunks.source)),
  );
}

/** `await forEachLimit(items, combine(10, new RateLimiter({ ... })), fn)`. */
function paced(
  { code, runtime, suffix }: RemedyContext,
  limit: number,
  rate: string,
  edits: (head: (source: Node) => string) => readonly Edit[],
): Remedy | undefined {
  // A vendored copy has no rates.
  if (runtime.specifier !== "@floodgate/runtime") return undefined;
  const { locals, edits: imports } = importEdits(code, runtime, ["combine", "forEachLimit", "RateLimiter"]);
  const [combine = "", forEachLimit = "", rateLimiter = ""] = locals;
  const limiter = `${combine}(${limit}, new ${rateLimiter}({ ${rate} }))`;
  const head = (source: Node) => `await ${forEachLimit}(${textOf(code, source)}, ${limiter}, `;
  return remedy(
    "map-limit",
    `Keep the pace, and at most ${limit} at once, with \`forEachLimit\`${suffix}`,
    [...imports, ...edits(head)],
    { imports: runtime.specifier },
  );
}

interface Pause {
  readonly loop: TSESTree.ForOfStatement;
  /** The statements beside the sleep. */
  readonly others: readonly Node[];
  /** The source text of how long it is. */
  readonly ms: string;
}

/** The sleep of a round, where it is surely in milliseconds and the same in every round. */
function pauseOf(code: Code, sleep: Node): Pause | undefined {
  const awaited = outer(code, sleep);
  const statement = awaited && outer(code, awaited);
  const loop = statement && loopOver(code, statement);
  const [duration] = sleep.type === "CallExpression" ? sleep.arguments : [];
  if (!duration || loop?.body.type !== "BlockStatement" || !isInMs(code, sleep)) return undefined;
  const number = duration.type === "SpreadElement" ? undefined : numberOf(code, duration);
  if (number?.kind !== "known" || number.value <= 0) return undefined;
  return {
    loop,
    others: loop.body.body.filter((other) => other !== statement),
    ms: textOf(code, duration),
  };
}

/** `setTimeout` of node:timers/promises, the delay package, or a function here that hands its argument to `setTimeout`. */
function isInMs(code: Code, sleep: Node): boolean {
  if (sleep.type !== "CallExpression") return false;
  const imported = importOf(code, sleep.callee);
  if (imported) {
    const from = imported.module.replace(/^node:/, "");
    return (from === "timers/promises" && imported.name === "setTimeout") || from === "delay";
  }
  const fn = functionOf(code, sleep.callee);
  const param = fn?.params[0];
  if (!fn || param?.type !== "Identifier") return false;
  let handed = false;
  visitAll(code, fn.body, (node) => {
    if (node.type !== "CallExpression" || lastName(node.callee) !== "setTimeout") return;
    const [, ms] = node.arguments;
    handed ||= ms?.type === "Identifier" && ms.name === param.name;
  });
  return handed;
}

/** Is `void save(x)` the one statement beside the sleep? */
function isDropped(code: Code, work: Node, others: readonly Node[]): boolean {
  const parent = outer(code, work);
  const statement = parent?.type === "UnaryExpression" ? outer(code, parent) : parent;
  return others.length === 1 && others[0] === statement;
}

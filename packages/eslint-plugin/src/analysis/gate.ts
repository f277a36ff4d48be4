/** What already limits them? Limiters by provenance, settings, type, and last of all by name. */
import type { TSESTree } from "@typescript-eslint/types";
import {
  callsNamed,
  constantInit,
  definitionOf,
  dottedName,
  isFunction,
  lastName,
  memberName,
  methodCall,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { declaredType } from "./callees.ts";
import { classOrObjectAround, memberInit, propertyName } from "./members.ts";
import { importedName } from "./exported.ts";
import { syntacticFacts } from "./facts.ts";
import { importOf, namesLibrary } from "./imports.ts";
import {
  acquiringMethods,
  knownLimiters,
  limiterName,
  lookalikeName,
  schedulingMethods,
  shortLimiterName,
  type KnownLimiter,
} from "./known-gates.ts";
import type { Gate } from "./model.ts";
import { numberOf } from "./numbers.ts";

/** Something that limits how many run at the same time. */
export interface Limiter {
  /** As the author calls it: `limit`, `this.queue`. */
  readonly name: string;
  /** How we know. */
  readonly origin: "provenance" | "setting" | "type" | "name";
  readonly known: KnownLimiter | undefined;
  /** Absent where it cannot be read. */
  readonly capacity: number | undefined;
  /** The expression that makes it, in this file. */
  readonly creation: TSESTree.CallExpression | TSESTree.NewExpression | undefined;
}

/** A call that runs its task under a limiter. */
export interface GatedCall {
  readonly limiter: Limiter;
  /** The function that runs later; undefined when a promise, or nothing we understand, was passed. */
  readonly task: Node | undefined;
  /** What was passed where the task belongs. */
  readonly passed: Node | undefined;
}

/** The limiter an expression holds; undefined when it is none, or nobody can tell. */
export function limiterOf(code: Code, node: Node): Limiter | undefined {
  const expression = unwrap(node);
  return code.once("limiter", expression, () => computeLimiter(code, expression), undefined);
}

function computeLimiter(code: Code, expression: Node): Limiter | undefined {
  const name = dottedName(expression) ?? lastName(expression) ?? "limiter";
  const setting = settingFor(code, expression);
  if (setting === "limiter")
    return { name, origin: "setting", known: undefined, capacity: undefined, creation: undefined };
  if (expression.type === "CallExpression" || expression.type === "NewExpression")
    return creationOf(code, expression, name);
  const init = initOf(code, expression);
  if (init !== undefined) {
    const value = unwrap(init);
    if (value.type === "CallExpression" || value.type === "NewExpression") {
      const made = creationOf(code, value, name);
      if (made) return made;
    } else if (value.type === "AwaitExpression") {
      const made = unwrap(value.argument);
      if (made.type === "CallExpression") return creationOf(code, made, name);
    } else if (value.type === "LogicalExpression") {
      // options.limiter ?? pLimit(5)
      const made = limiterOf(code, value.right);
      if (made) return { ...made, name };
    } else if (value.type === "Identifier" || value.type === "MemberExpression") {
      const alias = limiterOf(code, value);
      if (alias) return { ...alias, name };
    } else if (value.type !== "ConditionalExpression") {
      // A number, a string, a plain function: whatever it is called, it is no limiter.
      return undefined;
    }
  }
  const there = importsLimiter(code, expression) ? importedName(code, expression) : undefined;
  if (there) {
    const made = limiterOf(there.code, there.node);
    if (made) return { ...made, name, creation: undefined };
  }
  const annotated = annotatedLimiter(code, expression);
  if (annotated) return { name, origin: "type", known: annotated, capacity: undefined, creation: undefined };
  return isLimiterName(lastName(expression))
    ? { name, origin: "name", known: undefined, capacity: undefined, creation: undefined }
    : undefined;
}

/** Does the file that the name comes from name a limiter, or hand on another file's? Read before it is parsed, since few do. */
function importsLimiter(code: Code, node: Node): boolean {
  const imported = importOf(code, node);
  if (imported === undefined) return true;
  const { module } = imported;
  return code.once(`limiters of ${module}`, code.ast, () => mayExportLimiter(code.textOf(module)), true);
}

const mayExportLimiter = (text: string | undefined): boolean =>
  text === undefined || limiterWords.test(text) || /\bexport\b[^;]*?\bfrom\b/.test(text);

/** The limiter that an expression's type says it is: asked only where a task is handed over. */
function typedLimiter(code: Code, node: Node): Limiter | undefined {
  const expression = unwrap(node);
  const types = code.facts.declaredTypes(expression);
  if (types.length === 0) code.unanswered.count++;
  for (const type of types) {
    const known = knownLimiters.find(
      (candidate) =>
        typeName(candidate) === type.name && type.module !== undefined && matches(candidate, type.module),
    );
    if (known)
      return {
        name: dottedName(expression) ?? "limiter",
        origin: "type",
        known,
        capacity: undefined,
        creation: undefined,
      };
  }
  return undefined;
}

/** `(pool: Piscina) => ...`: the limiter that a written type names. */
function annotatedLimiter(code: Code, expression: Node): KnownLimiter | undefined {
  const type = declaredType(code, expression);
  const imported = type && importOf(code, type);
  return (
    imported &&
    knownLimiters.find(
      (known) =>
        (known.name === imported.name || known.type === imported.name) && matches(known, imported.module),
    )
  );
}

/** The name a checker gives the type of a known limiter: its class, or p-limit's `LimitFunction`. */
const typeName = (known: KnownLimiter) => known.type ?? known.name;

export const isLimiterName = (name: string | undefined): boolean =>
  name !== undefined && (limiterName.test(name) || shortLimiterName.test(name));

const matches = (known: KnownLimiter, module: string) =>
  typeof known.module === "string"
    ? known.module === module || module.startsWith(`${known.module}/`)
    : known.module.test(module);

function settingFor(code: Code, node: Node): "limiter" | "factory" | undefined {
  if (code.policy.limiters.length === 0) return undefined;
  const imported = importOf(code, node);
  return (
    imported &&
    code.policy.limiters.find((l) => l.from === imported.module && l.import === imported.name)?.kind
  );
}

/** The expression a name or a member was initialised with. */
function initOf(code: Code, expression: Node): Node | undefined {
  if (expression.type === "Identifier") {
    const init = constantInit(code, expression);
    if (init) return init;
    // let limit; limit = pLimit(5)
    const variable = code.variable(expression);
    const definition = definitionOf(variable);
    if (definition?.type !== "Variable" || definition.node.init) return undefined;
    const writes = variable?.references.filter((reference) => reference.isWrite()) ?? [];
    return writes.length === 1 && writes[0]?.writeExpr ? writes[0].writeExpr : undefined;
  }
  const name = memberName(expression);
  if (name === undefined || expression.type !== "MemberExpression") return undefined;
  const object = unwrap(expression.object);
  if (object.type === "ThisExpression") return memberInit(code, classOrObjectAround(code, expression), name);
  if (object.type !== "Identifier") return undefined;
  const definition = definitionOf(code.variable(object));
  if (definition?.type === "ClassName") return memberInit(code, definition.node, name);
  const holder = constantInit(code, object);
  const value = holder ? unwrap(holder) : undefined;
  return value?.type === "ObjectExpression" ? memberInit(code, value, name) : undefined;
}

/** The factory a creation calls, through imports. */
export function knownFactory(code: Code, callee: Node): KnownLimiter | undefined {
  const imported = importOf(code, callee);
  if (imported === undefined) return undefined;
  return knownLimiters.find(
    (known) =>
      matches(known, imported.module) &&
      (known.name === imported.name ||
        (known.name === "default" && (imported.name === "*" || imported.name === "default"))),
  );
}

/** `createLimiter(5)`, `new Semaphore(3)`. */
export const factoryName =
  /limit(er)?$|semaphore$|sema$|mutex$|throttler?$|queue$|(worker|thread|task|promise|process)_?pool$|bottleneck$|bulkhead$|^(async)?lock$/i;

function creationOf(
  code: Code,
  creation: TSESTree.CallExpression | TSESTree.NewExpression,
  name: string,
): Limiter | undefined {
  const known = knownFactory(code, creation.callee);
  if (known) {
    if (known.wraps !== undefined && known.callable === undefined) return undefined;
    return { name, origin: "provenance", known, capacity: capacityOf(code, known, creation), creation };
  }
  if (settingFor(code, creation.callee) === "factory") {
    return { name, origin: "setting", known: undefined, capacity: undefined, creation };
  }
  // createLimiter(6), new ConcurrencyLimiter(4), new Semaphore(2): a project's own.
  return factoryName.test(lastName(creation.callee) ?? "")
    ? { name, origin: "name", known: undefined, capacity: undefined, creation }
    : undefined;
}

/** How many a limiter lets run; undefined when that cannot be read. */
export function capacityOf(
  code: Code,
  known: KnownLimiter,
  creation: TSESTree.CallExpression | TSESTree.NewExpression,
): number | undefined {
  if (known.capacity === undefined) return known.fallback;
  const [first] = creation.arguments;
  if (typeof known.capacity === "number") {
    const argument = creation.arguments[known.capacity];
    if (argument === undefined) return known.fallback;
    // pLimit({ concurrency: 5 })
    const options = unwrap(argument);
    if (options.type === "ObjectExpression") return optionValue(code, options, "concurrency");
    const number = numberOf(code, argument);
    return number?.kind === "known" ? number.value : undefined;
  }
  if (first === undefined) return known.fallback;
  const options = unwrap(first);
  if (options.type !== "ObjectExpression") return undefined;
  if (options.properties.some((property) => property.type === "SpreadElement"))
    return optionValue(code, options, known.capacity.option);
  return hasOption(options, known.capacity.option)
    ? optionValue(code, options, known.capacity.option)
    : known.fallback;
}

export function hasOption(options: TSESTree.ObjectExpression, name: string): boolean {
  // { [key]: 5 } may be it.
  return options.properties.some(
    (p) => p.type === "Property" && (propertyName(p.key, p.computed) ?? name) === name,
  );
}

function optionValue(code: Code, options: TSESTree.ObjectExpression, name: string): number | undefined {
  const property = options.properties.find(
    (p) => p.type === "Property" && propertyName(p.key, p.computed) === name,
  );
  const number = property?.type === "Property" ? numberOf(code, property.value) : undefined;
  return number?.kind === "known" ? number.value : undefined;
}

/**
 * Does the file's text name anything that limits? Most do not, and need no look at each call.
 * With types or settings a limiter may have any name.
 */
export function mentionsLimiters(code: Code): boolean {
  if (code.facts !== syntacticFacts || code.policy.limiters.length > 0) return true;
  return code.once("limiters", code.ast, () => limiterWords.test(code.text), true);
}

const limiterWords =
  /limit|throttl|queue|sema|sem\b|mutex|lock\b|bottleneck|bulkhead|gate\b|pool|schedul|concurren|worker|throat|piscina|fastq|cargo|cluster|retrier|["']async["']|\b(?:q|bn)\b/i;

/** The calls that may make a limiter, or hand it a task, in source order. By their names: most do neither. */
export function limiterCalls(code: Code): readonly (TSESTree.CallExpression | TSESTree.NewExpression)[] {
  const isTyped = code.facts !== syntacticFacts;
  // Where the file brings or makes a limiter, it may go by any name.
  const isMade =
    code.policy.limiters.length > 0 ||
    namesLibrary(code) ||
    [...code.calls].some(
      ([name, calls]) =>
        factoryName.test(name) &&
        (name !== "limit" || calls.some(({ callee }) => callee.type === "Identifier")),
    );
  if (isMade) return callsNamed(code, () => true);
  return callsNamed(code, (name) => name === "" || isLimiterName(name) || schedulingMethods.has(name)).filter(
    (call) => {
      if (call.type !== "CallExpression") return false;
      const method = methodCall(call);
      return (
        method === undefined ||
        isLimiterName(method.method) ||
        isLimiterName(lastName(method.object)) ||
        (isTyped && call.arguments.some((argument) => isFunction(unwrap(argument))))
      );
    },
  );
}

/** Does this call hand a task to a limiter? */
export function gatedCall(code: Code, node: Node): GatedCall | undefined {
  const expression = unwrap(node);
  if (expression.type !== "CallExpression") return undefined;
  return code.once("gated call", expression, () => computeGatedCall(code, expression), undefined);
}

function computeGatedCall(code: Code, call: TSESTree.CallExpression): GatedCall | undefined {
  const method = methodCall(call);
  const handsTask =
    method !== undefined &&
    schedulingMethods.has(method.method) &&
    call.arguments.some((argument) => isFunction(unwrap(argument)));
  if (!mentionsLimiters(code)) {
    if (handsTask || handsFunction(call)) code.unanswered.count++; // a type could say that it is a limiter
    return undefined;
  }
  const scheduler =
    method && (limiterOf(code, method.object) ?? (handsTask ? typedLimiter(code, method.object) : undefined));
  return scheduler ? scheduledTask(code, call, scheduler, method.method) : calledLimiter(code, call);
}

/** `queue.add(() => save(x))` */
function scheduledTask(
  code: Code,
  call: TSESTree.CallExpression,
  limiter: Limiter,
  method: string,
): GatedCall | undefined {
  const passed = passedTo(call);
  const task = taskIn(code, call.arguments);
  if (limiter.known) {
    const runsTasks =
      limiter.known.run?.includes(method) === true ||
      (limiter.known.run?.length === 0 && limiter.known.module === "jest-worker");
    return runsTasks ? { limiter, task, passed } : undefined;
  }
  if (!schedulingMethods.has(method)) return undefined;
  // By name alone, only a function in hand shows that the object is a limiter and not a job queue or a repository.
  return limiter.origin !== "name" || task !== undefined || limiter.creation !== undefined
    ? { limiter, task, passed }
    : undefined;
}

/** `limit(() => save(x))`, `this.limit(() => save(x))` */
function calledLimiter(code: Code, call: TSESTree.CallExpression): GatedCall | undefined {
  const callee = unwrap(call.callee);
  const passed = passedTo(call);
  const task = taskIn(code, call.arguments);
  const limiter = limiterOf(code, callee) ?? (handsFunction(call) ? typedLimiter(code, callee) : undefined);
  if (limiter === undefined || (limiter.known && !limiter.known.callable)) return undefined;
  // pLimit(5)(() => save(x)): made and used on the spot; createLimiter(5)(x) may be anything.
  if (callee.type === "CallExpression" && !limiter.known) return undefined;
  if (limiter.origin !== "name") return { limiter, task, passed };
  if (callee.type === "MemberExpression") {
    const isHanded = passed !== undefined && isFunction(unwrap(passed));
    return isHanded && importOf(code, callee) === undefined ? { limiter, task, passed } : undefined;
  }
  const isPlainest = /^(limit|limiter|pLimit)$/.test(lastName(callee) ?? "");
  return task && (isFunction(task) || isPlainest || call.arguments.length === 1)
    ? { limiter, task, passed }
    : undefined;
}

/** `run(() => save(x))`: to what goes by a name, a function first. */
const handsFunction = ({ callee, arguments: [first] }: TSESTree.CallExpression): boolean =>
  unwrap(callee).type === "Identifier" && first !== undefined && isFunction(unwrap(first));

const passedTo = ({ arguments: [first] }: TSESTree.CallExpression): Node | undefined =>
  first?.type === "SpreadElement" ? undefined : first;

/** The first argument that is a function, or may be one: a name that is not known to be data. */
function taskIn(code: Code, args: TSESTree.CallExpression["arguments"]): Node | undefined {
  const inline = args.find((argument) => isFunction(unwrap(argument)));
  if (inline) return unwrap(inline);
  const [first] = args;
  if (first === undefined || first.type === "SpreadElement") return undefined;
  const value = unwrap(first);
  if (value.type === "Identifier") {
    const definition = definitionOf(code.variable(value));
    if (definition?.type === "FunctionName") return value;
    const init = constantInit(code, value);
    if (init) return isFunction(unwrap(init)) ? value : undefined;
    return definition === undefined || /^(ImportBinding|Parameter|Variable)$/.test(definition.type)
      ? value
      : undefined;
  }
  if (value.type === "CallExpression" && memberName(value.callee) === "bind") return value;
  return undefined;
}

/** The gate of a function made by wrapping another: `limited(8, save)`, `bn.wrap(save)`, `throat(2, save)`. */
export function wrapperGate(code: Code, node: Node): Gate | undefined {
  const expression = unwrap(node);
  return code.once("wrapper", expression, () => computeWrapper(code, expression), undefined);
}

function computeWrapper(code: Code, expression: Node): Gate | undefined {
  if (expression.type === "Identifier" || expression.type === "MemberExpression") {
    const init = initOf(code, expression);
    const gate = init && wrapperGate(code, init);
    if (gate) return renamed(gate, dottedName(expression));
    const there = importsLimiter(code, expression) ? importedName(code, expression) : undefined;
    return there && renamed(wrapperGate(there.code, there.node) ?? { kind: "none" }, dottedName(expression));
  }
  if (expression.type !== "CallExpression") return undefined;
  const known = knownFactory(code, expression.callee);
  if (known?.wraps !== undefined && (known.wraps < 0 || expression.arguments.length > known.wraps)) {
    if (known.wraps >= 0 || known.callable === undefined)
      return gateFor(
        capacityOf(code, known, expression),
        lastName(expression.callee) ?? known.name,
        expression,
      );
  }
  const method = methodCall(expression);
  if (method) {
    const limiter = limiterOf(code, method.object);
    if (limiter && (limiter.known ? limiter.known.wrap?.includes(method.method) : method.method === "wrap")) {
      return gateFor(limiter.capacity, limiter.name, expression);
    }
    // q.add.bind(q)
    if (method.method === "bind") {
      const target = method.object;
      if (
        target.type === "MemberExpression" &&
        limiterOf(code, target.object) &&
        schedulingMethods.has(memberName(target) ?? "")
      ) {
        return gateFor(undefined, dottedName(target.object) ?? "limiter", expression);
      }
      return wrapperGate(code, target);
    }
  }
  // pThrottle({ limit: 2, interval: 1000 })(fn), throttle(fn)
  const inner = unwrap(expression.callee);
  if (inner.type === "CallExpression" && knownFactory(code, inner.callee)?.wraps === -1)
    return gateFor(undefined, lastName(inner.callee) ?? "throttle", expression);
  const outerLimiter = initOf(code, inner);
  if (outerLimiter && unwrap(outerLimiter).type === "CallExpression") {
    const made = unwrap(outerLimiter) as TSESTree.CallExpression;
    if (knownFactory(code, made.callee)?.wraps === -1)
      return gateFor(undefined, lastName(inner) ?? "throttle", expression);
  }
  return undefined;
}

function renamed(gate: Gate, name: string | undefined): Gate | undefined {
  if (gate.kind === "none") return undefined;
  return gate.kind === "limiter" && name !== undefined ? { ...gate, name } : gate;
}

/** Data of an analysis may be sent as JSON, which has no `Infinity`. */
export function gateFor(capacity: number | undefined, name: string, node: Node): Gate {
  return capacity === undefined
    ? { kind: "limiter", name, span: spanOf(node) }
    : { kind: "limiter", name, span: spanOf(node), capacity: Math.min(capacity, Number.MAX_SAFE_INTEGER) };
}

/** `await sema.acquire()`: the limiter whose permit a statement waits for. */
export function acquiredLimiter(code: Code, awaited: Node): Limiter | undefined {
  const method = methodCall(unwrap(awaited));
  if (method === undefined) return undefined;
  const limiter = limiterOf(code, method.object);
  if (limiter === undefined) return undefined;
  const methods = limiter.known?.acquire;
  if (methods) return methods.includes(method.method) ? limiter : undefined;
  if (limiter.known) return undefined;
  // By name: acquire(), take(), lock() with no task in hand.
  return acquiringMethods.has(method.method) && !method.args.some((argument) => isFunction(unwrap(argument)))
    ? limiter
    : undefined;
}

/** An imported or global function whose name promises a limit: the benefit of the doubt in `recommended`. */
export function lookalikeGate(code: Code, callee: Node): Gate | undefined {
  const name = lastName(callee);
  // this.worker.process(file), getWorker().run(job): a pool of workers limits itself.
  const object = methodObject(callee);
  if (object !== undefined && /(^|[a-z_#])workers?(pool|farm)?$/i.test(object))
    return { kind: "lookalike", name: object, span: spanOf(callee) };
  return name !== undefined && lookalikeName.test(name)
    ? { kind: "lookalike", name: dottedName(callee) ?? name, span: spanOf(callee) }
    : undefined;
}

/** The name of what a method is called on: `this.worker.run` is on `worker`, `getWorker().run` on `getWorker`. */
function methodObject(callee: Node): string | undefined {
  const member = unwrap(callee);
  if (member.type !== "MemberExpression") return undefined;
  const object = unwrap(member.object);
  return lastName(object.type === "CallExpression" ? object.callee : object);
}

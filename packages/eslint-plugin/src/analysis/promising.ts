/**
 * May a call give a promise, as far as an unparsed text shows what is called? A function that is not async gives one only if
 * it returns a call, or a new promise. Too often "maybe", never wrongly "no".
 */
import { closingBracket, hasTags } from "./rounds.ts";

const gap = String.raw`(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*\n)*`;
const name = (word: string): string => word.replaceAll("$", String.raw`\$`);
const blank = new RegExp(gap, "y");
/** Behind parameters. A type with brackets is not looked through. */
const body = /\s*(?::\s*[\w$.<>[\]|\s,"']*?)?\s*([{;])/y;
const arrow = /\s*(?::\s*[\w$.<>[\]|\s,"']*?)?\s*=>\s*(\{)?/y;
const bareArrow = /[\w$]+\s*=>\s*(\{)?/y;
const functionWord = new RegExp(String.raw`function\b${gap}\*?${gap}(?:[\w$]+${gap})?`, "y");
/** What unwraps to a function, or is handed one that it gives back. */
const functionStart = /[(<]|async\b|useCallback\b|useMemoizedFn\b/y;
/** `return` with something that may be a call: not `return;`, not `return a === b;`. */
const returnsSomething = /\breturn\b(?![^\S\n]*(?:[}\n]|(?!new\b)[^(`\n{[;/}]*[;}]))/;

/** `function save(`, `const save = `: may what this file declares under a plain name return a promise? */
export function mayNamePromise(text: string, called: string): boolean {
  const declarations = new RegExp(
    String.raw`(\basync\b${gap})?\bfunction\b${gap}\*?${gap}${name(called)}(?![\w$])|(?<![\w$])${name(called)}${gap}(?:!?:(?:[^=;]|=>)*)?=(?![=>])`,
    "g",
  );
  for (const { 0: declaration, 1: isAsync, index } of text.matchAll(declarations)) {
    const end = index + declaration.length;
    if (isAsync !== undefined) return true;
    if (declaration.endsWith("=") ? mayValuePromise(text, end) : mayBodyPromise(text, end)) return true;
  }
  return false;
}

/** A method or property of that name, of a class or object that the file shows. */
export function mayMemberPromise(text: string, object: string, called: string): boolean {
  if (
    object !== "this" &&
    !new RegExp(
      String.raw`\bclass${gap}${name(object)}(?![\w$])|(?<![\w$])${name(object)}${gap}(?::(?:[^=;]|=>)*)?=(?:[\s(]|<[^>]*>)*(?:\{|new\b)`,
    ).test(text)
  )
    return false;
  const declarations = new RegExp(
    String.raw`(?<![\w$.]|\bthis\??\.${gap})(\basync\b${gap}\*?${gap})?[#["'\s]*(?<![\w$])${name(called)}["'\]\s]*${gap}([?!]?:|=(?!=)|[(<])|\bthis${gap}\.${gap}#?${name(called)}${gap}=(?![=>])`,
    "g",
  );
  for (const { 0: declaration, 1: isAsync, 2: sign, index } of text.matchAll(declarations)) {
    const end = index + declaration.length;
    if (isAsync !== undefined || sign === "<" || sign?.endsWith(":") === true) return true;
    if (sign === "(" ? mayBodyPromise(text, end - 1) : mayValuePromise(text, end)) return true;
  }
  return false;
}

/** Behind a function's name. */
function mayBodyPromise(text: string, at: number): boolean {
  blank.lastIndex = at;
  blank.test(text);
  return mayFunctionPromise(text, Math.max(at, blank.lastIndex), body);
}

/** At the bracket of a function's parameters. */
function mayFunctionPromise(text: string, at: number, behind: RegExp): boolean {
  const close = text[at] === "(" && !hasTags(text) ? closingBracket(text, at) : -1;
  if (close < 0) return true;
  behind.lastIndex = close + 1;
  const found = behind.exec(text);
  // Without a body: an overload, an abstract method, or a call.
  if (found === null) return true;
  return found[1] === ";" ? false : found[1] === undefined || mayBlockPromise(text, behind.lastIndex - 1);
}

function mayBlockPromise(text: string, at: number): boolean {
  const close = hasTags(text) ? -1 : closingBracket(text, at);
  return close < 0 || returnsSomething.test(text.slice(at, close));
}

/** Behind `=`: is it a function, and one that may return a promise? */
function mayValuePromise(text: string, at: number): boolean {
  blank.lastIndex = at;
  blank.test(text);
  const start = Math.max(at, blank.lastIndex);
  functionWord.lastIndex = bareArrow.lastIndex = functionStart.lastIndex = start;
  if (functionWord.test(text)) return mayFunctionPromise(text, functionWord.lastIndex, body);
  const bare = bareArrow.exec(text);
  if (bare !== null) return bare[1] === undefined || mayBlockPromise(text, bareArrow.lastIndex - 1);
  if (text[start] === "(") return mayFunctionPromise(text, start, arrow);
  return functionStart.test(text);
}

/** Modules whose functions return promises, and those that have such modules inside. */
const promiseModules = String.raw`["'](?:node:)?(?:fs|timers|dns|stream)(?:\/promises)?["']`;
const otherImports = new RegExp(
  String.raw`^import\b[^;"'\`]*["'](?!(?:node:)?(?:fs|timers|dns|stream)(?:\/promises)?["'])[^"'\n]+["']`,
  "gm",
);
const globals = /^(?:fetch|globalThis|window|self|global|promises|require)$/;

/** May a name stand for `fetch`, or for something of those modules? In a text that names them. */
export function mayBeKnown(text: string, root: string): boolean {
  if (root === "this") return false;
  if (globals.test(root)) return true;
  const word = String.raw`(?<![\w$.])${name(root)}(?![\w$])`;
  if (new RegExp(String.raw`^import\b[^;"'\`]*${word}[^;"'\`]*${promiseModules}`, "m").test(text))
    return true;
  const rest = text.replace(otherImports, "");
  return new RegExp(
    String.raw`${word}${gap}!?(?::(?:[^=;]|=>)*)?=(?![=>]|\s*(?:[["'\d{]|new\b))|[{,:]${gap}${word}${gap}[,}=]`,
  ).test(rest);
}

/** Behind a bracket that closes: neither called, nor a member of it. */
const noCall = /(?:[\s!.#]+[\w$]+)*\s*(?:[=;,&|)+\-*%>:}\]^]|$)/y;

/** `(res as Response).status = 1` as a statement: no call. */
export function mayBracketCall(text: string, at: number): boolean {
  const close = text[at] === "(" && !hasTags(text) ? closingBracket(text, at) : -1;
  if (close < 0) return true;
  noCall.lastIndex = close + 1;
  return !noCall.test(text);
}

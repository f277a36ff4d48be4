/** Is a place inside a test? */
import { dottedName, isFunction, unwrap, type Code, type Node } from "./code.ts";
import { importOf } from "./imports.ts";

const testFolder =
  /(^|[\\/])(__tests__|__mocks__|tests?|specs?|e2e|fixtures?|testing|test-utils|cypress|playwright)[\\/]/;
const testFile = /[.-](test|spec|test-d|bench|e2e|cy|stories)\.[cm]?[jt]sx?$/;

/** Inside what a test framework calls: the body of a test, a suite, a hook; or in a file that is there for tests. */
export function isInTest(code: Code, node: Node): boolean {
  if (testFolder.test(code.fileName) || testFile.test(code.fileName)) return true;
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) {
    if (at.type !== "CallExpression" || !at.arguments.some((argument) => isFunction(unwrap(argument))))
      continue;
    // it.each(rows)("...", async () => ...)
    const callee = unwrap(at.callee);
    const named = callee.type === "CallExpression" ? callee.callee : callee;
    const [root = ""] = dottedName(named)?.split(".") ?? [];
    if (/^(test|it|specify|describe|suite|bench|beforeEach|afterEach|beforeAll|afterAll)$/.test(root))
      return true;
    // Next.js has an `after` for production.
    if (/^(before|after)$/.test(root) && !/^next\b/.test(importOf(code, named)?.module ?? "")) return true;
  }
  return false;
}

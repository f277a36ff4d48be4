import { expect, test } from "vitest";
import { classify, TimeoutError, type Outcome } from "./index.ts";

test.for<[string, unknown, unknown, Outcome]>([
  ["a value", undefined, { id: 1 }, "success"],
  ["nothing", undefined, undefined, "success"],
  ["null", undefined, null, "success"],
  ["a good response", undefined, { status: 200 }, "success"],
  ["a resolved 429", undefined, { status: 429 }, "overload"],
  ["a resolved 503", undefined, { status: 503 }, "overload"],
  ["an error", new Error("no such user"), undefined, "failure"],
  ["a thrown string", "no", undefined, "failure"],
  ["a thrown null", null, undefined, "failure"],
  ["our time-out", new TimeoutError(10), undefined, "overload"],
  ["the platform's time-out", new DOMException("late", "TimeoutError"), undefined, "overload"],
  ["an abort", new DOMException("stop", "AbortError"), undefined, "ignore"],
  ["got's 503", { name: "HTTPError", response: { statusCode: 503, status: 503 } }, undefined, "overload"],
  ["axios' 429", Object.assign(new Error("429"), { response: { status: 429 } }), undefined, "overload"],
  ["a value that does not want to be looked at", undefined, shy({}), "success"],
  ["an error that does not want to be looked at", shy(new Error("no")), undefined, "failure"],
  ["a thrown statusCode", Object.assign(new Error("503"), { statusCode: 503 }), undefined, "overload"],
])("%s is classified as it should be", ([, error, value, outcome]) => {
  expect(classify(error, value)).toBe(outcome);
});

/** Throws for every member that it has not, as stubs and proxies of remote objects may. */
function shy(target: object): object {
  return new Proxy(target, {
    get: (of, key) => {
      if (key in of || key === "then") return Reflect.get(of, key) as unknown;
      throw new Error(`There is no ${String(key)}`);
    },
  });
}

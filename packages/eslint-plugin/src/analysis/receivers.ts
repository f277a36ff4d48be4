/** Methods of which the receiver says more than their name: loaders, maps and sets. */
import { creationName } from "./callees.ts";
import { dottedName, lastName, spanOf, type Code, type Node } from "./code.ts";
import { idle, starting, type Task } from "./task.ts";

/** DataLoader, caches in this file, and other receivers whose method is not what its name suggests. */
export function specialMethod(code: Code, object: Node, method: string, call: Node): Task | undefined {
  if (method === "load" || method === "loadMany" || method === "prime") {
    const made = creationName(code, object);
    const declared = code.facts.declaredTypes(object);
    if (
      made === "DataLoader" ||
      made === "Batcher" ||
      declared.some((type) => type.name === "DataLoader" || type.name === "Batcher")
    )
      return idle("batched");
    const name = lastName(object);
    if (declared.length === 0 && made === undefined && name !== undefined && /loaders?$/i.test(name)) {
      code.unanswered.count++;
      return starting(`${dottedName(object) ?? name}.${method}`, call, {
        kind: "lookalike",
        name: dottedName(object) ?? name,
        span: spanOf(object),
      });
    }
  }
  if (["get", "has", "set", "delete", "add"].includes(method)) {
    const made = creationName(code, object);
    if (made !== undefined && /^(Readonly|Weak)?(Map|Set)$/.test(made)) return idle("join");
    const declared = code.facts.declaredTypes(object);
    if (declared.some((type) => /^(Readonly|Weak)?(Map|Set)$/.test(type.name))) return idle("join");
    if (declared.length === 0) code.unanswered.count++;
  }
  return undefined;
}

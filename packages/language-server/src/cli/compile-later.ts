/**
 * V8's flags for a short run over many kinds of nodes. It compiles what ran often, on threads of its own, and throws much of
 * that away when another kind of node comes along: for one run, a quarter of all CPU. With these it waits fifteen times as long.
 *
 * @param node - A version of Node: `process.versions.node`. Flags are V8's own business, so others than those tried get none.
 * @see docs/decisions/0306-what-check-costs.md for what they save.
 */
export function compileLater(node: string): readonly string[] {
  switch (node.split(".")[0]) {
    case "20":
      return ["--interrupt-budget=1000000"];
    case "22":
    case "24":
      return ["--invocation-count-for-turbofan=45000", "--invocation-count-for-osr=12000"];
    default:
      return [];
  }
}

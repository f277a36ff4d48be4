/** Whether hosts found the same: pure functions over what `host-runs.mjs` returns. */

/**
 * Which hosts must agree. The comments of checked code disable nothing in our runs of ESLint, and do in oxlint; `check` says
 * which findings they suppressed.
 */
export const pairs = [
  { left: "eslint", right: "check-off" },
  { left: "check-alone", right: "oxlint", withoutSuppressed: true },
  { left: "eslint-types", right: "check-ts6" },
  { left: "eslint-types", right: "check-ts7" },
];

/**
 * What one host found and the other did not.
 *
 * Only files that both hosts looked at are compared, and where types are wanted only those that both could have types for:
 * the ones that ESLint found a project for. All others are counted, by family.
 *
 * @returns `differences`: { file, line, column, rule, family, only: "left" | "right", message };
 *   `equal`, how many findings both have; `apart`, how many are in files that are not compared, by why.
 */
export function compare(left, right, { withoutSuppressed = false } = {}) {
  const wanted = ({ suppressed }) => !(withoutSuppressed && suppressed);
  const untyped = new Set(left.untyped);
  const apart = new Map();
  const compared = (finding) => {
    const why = whyApart(finding.file, left, right, untyped);
    if (why !== undefined) apart.set(why, (apart.get(why) ?? new Set()).add(keyOf(finding)));
    return why === undefined;
  };
  const ours = left.findings.filter(wanted).filter(compared);
  const theirs = right.findings.filter(wanted).filter(compared);
  const missing = lackingIn(theirs, ours).map((finding) => ({ ...finding, only: "left" }));
  const extra = lackingIn(ours, theirs).map((finding) => ({ ...finding, only: "right" }));
  const differences = [...missing, ...extra].map((finding) => ({
    ...finding,
    family: familyOf(finding, finding.only === "left" ? extra : missing),
  }));
  return {
    differences,
    equal: ours.length - missing.length,
    apart: Object.fromEntries([...apart].map(([why, { size }]) => [why, size])),
  };
}

function whyApart(file, left, right, untyped) {
  const [inLeft, inRight] = [file in left.unread, file in right.unread];
  if (inLeft && inRight) return "both hosts did not read the file";
  if (inLeft) return "the left host did not read the file";
  if (inRight) return "the right host did not read the file";
  return untyped.has(file) ? "no project of ESLint's has the file" : undefined;
}

/** The findings of `wanted` that `found` has none like: same place, same rule, same words. */
function lackingIn(found, wanted) {
  const left = new Map();
  for (const finding of found) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
  return wanted.filter((finding) => {
    const count = left.get(keyOf(finding)) ?? 0;
    left.set(keyOf(finding), count - 1);
    return count <= 0;
  });
}

const keyOf = ({ file, line, column, endLine, endColumn, rule, message }) =>
  JSON.stringify([file, line, column, endLine, endColumn, rule, message]);

/** How the nearest finding of the other host differs, if there is one. */
function familyOf({ file, line, column, rule }, others) {
  const inFile = others.filter((other) => other.file === file);
  if (inFile.some((other) => other.line === line && other.column === column && other.rule === rule)) {
    return "other words or another end";
  }
  if (inFile.some((other) => other.line === line && other.column === column)) return "another rule";
  if (inFile.some((other) => other.rule === rule && Math.abs(other.line - line) <= 2)) return "another place";
  return "found by one only";
}

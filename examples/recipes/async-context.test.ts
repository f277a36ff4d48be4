import { expect, test } from "vitest";
import { handle, log } from "./async-context.ts";

test("each task is logged for its own request, whoever made room for it", async () => {
  const rows = ["1", "2", "3", "4", "5", "6"];
  await Promise.all(
    ["a", "b", "c"].map((id) =>
      handle(
        id,
        rows.map((row) => id + row),
      ),
    ),
  );
  expect(log).toHaveLength(18);
  for (const line of log) expect(line).toMatch(/^(\w): \1\d$/u);
});

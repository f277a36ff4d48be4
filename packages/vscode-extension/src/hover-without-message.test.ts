import { expect, test } from "vitest";
import { hoverWithoutMessage } from "./hover-without-message.ts";

const message = "`Promise.all` starts one `fetch` per element of `urls`, all at once.";
const details = "* How many: no limit\n* Limited by: nothing";

test("a message that the editor shows already is left out", () => {
  expect(hoverWithoutMessage(`${message}\n\n${details}`, ["another", message])).toBe(details);
});

test("nor is the link to the rule repeated", () => {
  const link = "[floodgate/no-unbounded-promise-all](https://example.invalid/rule.md)";
  expect(hoverWithoutMessage(`${message}\n\n${details}\n\n${link}`, [message])).toBe(details);
  expect(hoverWithoutMessage(`${details}\n\n${link}`, [])).toContain(link);
});

test("without the diagnostic, as beside ESLint's, the message stays", () => {
  expect(hoverWithoutMessage(`${message}\n\n${details}`, [])).toBe(`${message}\n\n${details}`);
});

test("a decision that is not reported has no message to leave out", () => {
  expect(hoverWithoutMessage(details, [message])).toBe(details);
});

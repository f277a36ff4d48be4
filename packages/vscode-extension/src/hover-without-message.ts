/** VS Code shows a diagnostic's message and rule in the hover itself: ours need not say it again below. */

/** The last line of what the server says. */
const linkToRule = /\n+\[[^\]]*\]\([^)]*\)$/;

/**
 * @param markdown - What the server says about a site; the message of a finding is its first paragraph.
 * @param shown - The messages of the diagnostics that are shown at the same place.
 */
export function hoverWithoutMessage(markdown: string, shown: readonly string[]): string {
  const message = shown.find((text) => markdown.startsWith(text));
  return message === undefined
    ? markdown
    : markdown.slice(message.length).replace(linkToRule, "").trimStart();
}

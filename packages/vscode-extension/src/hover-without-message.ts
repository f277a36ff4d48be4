/** VS Code shows a diagnostic's message in the hover itself: ours need not say it again below. */

/**
 * @param markdown - What the server says about a site; the message of a finding is its first paragraph.
 * @param shown - The messages of the diagnostics that are shown at the same place.
 */
export function hoverWithoutMessage(markdown: string, shown: readonly string[]): string {
  const message = shown.find((text) => markdown.startsWith(text));
  return message === undefined ? markdown : markdown.slice(message.length).trimStart();
}

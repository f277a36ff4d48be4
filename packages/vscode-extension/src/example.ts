/** The walkthrough's first step: something to look at, in an untitled file that belongs to nobody. */
import * as vscode from "vscode";

const example = `// Three requests are fine. Thirty thousand are an outage: nothing here says how many \`urls\` there may be.
// Hover over the underlined call, then press Ctrl+. (Cmd+. on a Mac) on it.

export async function loadAll(urls: string[]): Promise<string[]> {
  const pages = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      return response.text();
    }),
  );
  return pages;
}

// Always two: nothing is underlined.
export async function loadBoth(first: string, second: string): Promise<Response[]> {
  return Promise.all([fetch(first), fetch(second)]);
}
`;

export async function openExample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "typescript", content: example });
  await vscode.window.showTextDocument(document);
}

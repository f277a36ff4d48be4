/** One back end per TypeScript installation, for however many packages a workspace has. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { openBackEnd, type BackEndAnswer, type BackEndOptions } from "./locate.ts";

export interface BackEnds {
  of(fileName: string): Promise<BackEndAnswer>;
  changed(fileNames: readonly string[] | undefined): void;
  dispose(): void;
}

export function createBackEnds(options: Omit<BackEndOptions, "folder">): BackEnds {
  let byFolder = new Map<string, string>();
  let answers = new Map<string, Promise<BackEndAnswer>>();

  const installationFor = (folder: string): string => {
    let path = byFolder.get(folder);
    if (path === undefined) {
      try {
        path = createRequire(join(folder, "noop.js")).resolve("typescript/package.json");
      } catch {
        path = "";
      }
      byFolder.set(folder, path);
    }
    return path;
  };

  const settle = (use: (answer: BackEndAnswer) => void): void => {
    for (const answer of answers.values()) void answer.then(use);
  };

  return {
    of(fileName) {
      const folder = dirname(fileName);
      const installation = installationFor(folder);
      let answer = answers.get(installation);
      if (answer === undefined) answers.set(installation, (answer = openBackEnd({ ...options, folder })));
      return answer;
    },
    changed(fileNames) {
      settle((answer) => {
        if (answer.kind === "back-end") answer.backEnd.changed(fileNames);
      });
      // Another version may have been installed, or the first one.
      if (
        fileNames === undefined ||
        fileNames.some((name) => /[\\/](?:package\.json|node_modules[\\/].*)$/.test(name))
      ) {
        settle((answer) => {
          if (answer.kind === "back-end") answer.backEnd.dispose();
        });
        byFolder = new Map();
        answers = new Map();
      }
    },
    dispose() {
      settle((answer) => {
        if (answer.kind === "back-end") answer.backEnd.dispose();
      });
    },
  };
}

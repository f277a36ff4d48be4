import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { languages } from "./documents.ts";

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            markdownDescription?: string;
            enum?: string[];
            enumDescriptions?: string[];
            markdownEnumDescriptions?: string[];
            default?: unknown;
          }
        >
      >;
    };
    readonly commands: readonly { command: string; category: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly { command: string; when: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        description: string;
        media: { image: string; altText: string };
        completionEvents: string[];
      }[];
    }[];
  };
}

const inPackage = (path: string) => new URL(`../${path}`, import.meta.url);
const read = (path: string) => readFileSync(inPackage(path), "utf8");
const { activationEvents, contributes } = JSON.parse(read("package.json")) as Manifest;
const settings = Object.entries(contributes.configuration.properties);
const commands = contributes.commands.map(({ command }) => command);

test("there are at most 15 settings, each with a default and a sentence on what it is for", () => {
  expect(settings.length).toBeLessThanOrEqual(15);
  for (const [name, setting] of settings) {
    expect(setting.markdownDescription, name).toMatch(/^[A-Z].*[.`]$/);
    expect(setting.default, name).toBeDefined();
    expect((setting.enumDescriptions ?? setting.markdownEnumDescriptions)?.length, name).toBe(
      setting.enum?.length,
    );
  }
});

test("the README lists every setting with its default", () => {
  const listed = [...read("README.md").matchAll(/^\| `(floodgate\.\w+)`\s*\| `([^`]*)`/gm)].map(
    ([, name, value]) => [name, value],
  );
  const inManifest = settings.map(([name, setting]) => [
    name,
    typeof setting.default === "string" ? setting.default : JSON.stringify(setting.default),
  ]);
  expect(listed).toEqual(inManifest);
});

test("it is activated by the languages it looks at, and by nothing else", () => {
  expect(activationEvents).toEqual(languages.map((language) => `onLanguage:${language}`));
});

test("the palette offers what is about a file in files of these languages", () => {
  const aboutFiles = contributes.menus["commandPalette"]?.filter(({ when }) =>
    when.startsWith("editorLangId"),
  );
  expect(aboutFiles?.map(({ command }) => command)).toEqual(["floodgate.fixAllInFile", "floodgate.explain"]);
  for (const { when } of aboutFiles ?? []) {
    const pattern = new RegExp(/=~ \/(.*)\/$/.exec(when)?.[1] ?? "no pattern");
    expect(languages.filter((language) => !pattern.test(language))).toEqual([]);
    expect(pattern.test("markdown")).toBe(false);
  }
});

test("menus and walkthrough name commands that there are, and files that there are", () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  expect(steps).toHaveLength(4);
  const links = steps.flatMap(({ description, completionEvents }) => [
    ...[...description.matchAll(/\(command:(floodgate\.\w+)/g)].map(([, command]) => command),
    ...completionEvents.flatMap((event) => /^onCommand:(.*)/.exec(event)?.[1] ?? []),
  ]);
  const inMenus = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
  expect([...links, ...inMenus].filter((command) => !commands.includes(command ?? ""))).toEqual([]);
  const pictures = steps.map(({ media }) => media.image);
  expect(pictures.filter((picture) => !existsSync(inPackage(picture)))).toEqual([]);
  expect(steps.filter(({ media }) => media.altText.length < 20)).toEqual([]);
});

/** What publint and are-the-types-wrong say of the packed packages. */
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { describe, expect, inject, test } from "vitest";

const tarballs = inject("tarballs");

/** Who is meant to load the package: the runtime must load everywhere, the others are ESM by design. */
const packages = [
  ["@floodgate/runtime", tarballs.runtime, []],
  // `require()` of the plugin gives a module: Node 20.19 loads ES modules that way, and old resolution has no exports.
  ["eslint-plugin-floodgate", tarballs.plugin, ["node10", "node16-cjs"]],
  ["@floodgate/language-server", tarballs.server, ["node10", "node16-cjs"]],
] as const;

describe.each(packages)("%s as packed", (_name, tarball, ignored) => {
  test("it holds what a user needs, and nothing else", () => {
    const files = filesIn(tarball);
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "package.json"]));
    const known =
      /^(?:dist|src|docs)\/|^(?:redis|otel)\/package\.json$|^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json)$/u;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
    expect(files.filter((file) => /\.test\.|\/fixtures\/|tsbuildinfo|\.snap$/u.test(file))).toEqual([]);
  });

  test("every file that was compiled has its source beside it: none is left from an older build", () => {
    const files = filesIn(tarball);
    const sourceOf = (file: string) =>
      file.replace(/^dist\/(?:cjs\/)?/u, "src/").replace(/(?:\.d\.ts|\.js)(?:\.map)?$/u, ".ts");
    const compiled = files.filter((file) => file.startsWith("dist/") && file !== "dist/cjs/package.json");
    expect(compiled.length).toBeGreaterThan(50);
    expect(compiled.filter((file) => !files.includes(sourceOf(file)))).toEqual([]);
  });

  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: toArrayBuffer(readFileSync(tarball)) } });
    // Bundlers that know no conditions know the field `browser`, or pass over it.
    const heeded = messages.filter(({ code }) => code !== "USE_EXPORTS_OR_IMPORTS_BROWSER");
    expect(heeded.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("its types are those of its code", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (analysis.types === false) throw new Error("The package has no types.");
    const wrong = analysis.problems.filter(
      (problem) => !("resolutionKind" in problem && ignored.some((kind) => kind === problem.resolutionKind)),
    );
    expect(wrong).toEqual([]);
  });
});

/** Paths within the package, as `tar` lists them. */
function filesIn(tarball: string): string[] {
  const analysed = createPackageFromTarballData(new Uint8Array(readFileSync(tarball)));
  const top = `/node_modules/${analysed.packageName}/`;
  return analysed.listFiles().map((file) => file.slice(top.length));
}

function toArrayBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}

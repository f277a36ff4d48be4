/** Types from TypeScript 4.8 to 6: a LanguageService per tsconfig.json, over the asked files' import closure. */
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { nodeFinder, typeFactsOf, type SourceFileView } from "eslint-plugin-floodgate/type-facts";
import type { FactsAnswer, TypeBackEnd } from "./back-end.ts";
import { configOf } from "./tsconfig.ts";

type TypeScript = typeof import("typescript");
type LanguageService = import("typescript").LanguageService;
type ParsedCommandLine = import("typescript").ParsedCommandLine;

/** A tsconfig.json and the files asked about so far. */
interface Service {
  readonly languageService: LanguageService;
  /** Asked-about files, and the declaration files that the config includes. */
  readonly roots: Set<string>;
  version: number;
}

interface FileState {
  readonly text: string;
  readonly version: string;
}

/** What stands in for a tsconfig.json where there is none. */
const withoutConfig = "";

export function typescript6(ts: TypeScript): TypeBackEnd {
  /** Texts on screen. Files on disk are recognised by the time they were changed. */
  const overlays = new Map<string, FileState>();
  const configs = new Map<string, ParsedCommandLine | undefined>();
  const services = new Map<string, Service>();
  const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);
  const disk = new Map<string, FileState | undefined>();
  const expected = new Set<string>();
  let edits = 0;

  const parsedConfig = (config: string): ParsedCommandLine | undefined => {
    if (!configs.has(config)) configs.set(config, parseConfig(ts, config));
    return configs.get(config);
  };

  const fileState = (fileName: string): FileState | undefined => {
    const overlay = overlays.get(fileName);
    if (overlay !== undefined) return overlay;
    if (!disk.has(fileName)) disk.set(fileName, readFile(fileName));
    return disk.get(fileName);
  };

  const serviceOf = (config: string): Service => {
    const known = services.get(config);
    if (known !== undefined) return known;
    const parsed = config === withoutConfig ? undefined : parsedConfig(config);
    const options = {
      ...(parsed?.options ?? {
        target: ts.ScriptTarget.ESNext,
        module: ts.ModuleKind.NodeNext,
        strict: true,
        checkJs: false,
      }),
      allowJs: true,
      noEmit: true,
      skipLibCheck: true,
      composite: false,
      incremental: false,
    };
    const roots = new Set(parsed?.fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name)));
    const folder = config === withoutConfig ? ts.sys.getCurrentDirectory() : dirname(config);
    const service: Service = {
      roots,
      version: 0,
      languageService: ts.createLanguageService(
        {
          getCompilationSettings: () => options,
          getProjectVersion: () => `${service.version}:${edits}`,
          getScriptFileNames: () => [...roots],
          getScriptVersion: (name) => fileState(name)?.version ?? "",
          getScriptSnapshot(name) {
            const state = fileState(name);
            return state && ts.ScriptSnapshot.fromString(state.text);
          },
          getCurrentDirectory: () => folder,
          getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
          fileExists: (name) => overlays.has(name) || ts.sys.fileExists(name),
          readFile: (name) => overlays.get(name)?.text ?? ts.sys.readFile(name),
          directoryExists: (name) => ts.sys.directoryExists(name),
          getDirectories: (name) => ts.sys.getDirectories(name),
          readDirectory: (...parameters) => ts.sys.readDirectory(...parameters),
          realpath: (name) => ts.sys.realpath?.(name) ?? name,
          useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
        },
        registry,
      ),
    };
    services.set(config, service);
    return service;
  };

  return {
    name: `TypeScript ${ts.version}`,
    factsOf(fileName, text): FactsAnswer {
      const overlay = overlays.get(fileName);
      if (text !== undefined && overlay?.text !== text)
        overlays.set(fileName, { text, version: `overlay ${++edits}` });
      else if (text === undefined && overlay !== undefined) {
        overlays.delete(fileName);
        edits++;
      }
      const found = configOf(fileName, (config) => parsedConfig(config)?.fileNames);
      const config = found?.config ?? withoutConfig;
      const service = serviceOf(config);
      if (!service.roots.has(fileName)) {
        service.roots.add(fileName);
        // Each new root makes a new program, so those to come are taken in at once.
        for (const name of parsedConfig(config)?.fileNames ?? [])
          if (expected.has(name)) service.roots.add(name);
        service.version++;
      }
      const program = service.languageService.getProgram();
      const sourceFile = program?.getSourceFile(fileName);
      if (program === undefined || sourceFile === undefined)
        return { kind: "none", why: `${this.name} does not take this file` };
      const view = sourceFile as unknown as SourceFileView;
      return {
        kind: "facts",
        config: config === withoutConfig ? "no tsconfig.json" : config,
        facts: typeFactsOf({
          program: program,
          sourceFile: view,
          tsNode: nodeFinder(view),
        }),
      };
    },
    expect(fileNames) {
      for (const name of fileNames) expected.add(name);
    },
    changed(fileNames) {
      edits++;
      if (fileNames === undefined || fileNames.some(isConfiguration)) {
        for (const { languageService } of services.values()) languageService.dispose();
        services.clear();
        configs.clear();
        disk.clear();
        return;
      }
      for (const name of fileNames) {
        // A new file may be one of a config's, and a missing one may have been looked for under another extension.
        if (disk.get(name) === undefined) configs.clear();
        disk.delete(name);
      }
    },
    dispose() {
      for (const { languageService } of services.values()) languageService.dispose();
      services.clear();
    },
  };
}

function isConfiguration(fileName: string): boolean {
  return /(?:[\\/](?:package|[tj]sconfig[^\\/]*)\.json|[\\/]node_modules[\\/].*)$/.test(fileName);
}

function parseConfig(ts: TypeScript, config: string): ParsedCommandLine | undefined {
  const { config: json, error } = ts.readConfigFile(config, (name) => ts.sys.readFile(name)) as {
    config?: unknown;
    error?: unknown;
  };
  if (error !== undefined || json === undefined) return undefined;
  return ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), undefined, config);
}

function readFile(fileName: string): FileState | undefined {
  const stat = statSync(fileName, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return undefined;
  const text = readFileSync(fileName, "utf8").replace(/^\uFEFF/, "");
  return { text, version: `${stat.mtimeMs}:${stat.size}` };
}

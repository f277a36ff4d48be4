/** A checkout's own TypeScript, asked for the errors of files whose text is tried out and put back. */
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/**
 * Opens the projects of a checkout in one language service each; references are followed.
 *
 * An error is `{ key, line, text }`; the key leaves the line out, since edits move lines.
 * The first question takes as long as `tsc`, later ones check again what a changed file can reach.
 *
 * @param root - The checkout, with TypeScript installed.
 * @param tsconfigs - Paths of tsconfig files.
 */
export function openTypes(root, tsconfigs) {
  const ts = createRequire(join(root, "package.json"))("typescript");
  const overlay = new Map();
  const versions = new Map();
  const registry = ts.createDocumentRegistry();
  const projects = withReferences(ts, tsconfigs).map((parsed) => {
    const service = ts.createLanguageService(hostOf(ts, parsed, overlay, versions), registry);
    return { files: new Set(ownFiles(service.getProgram())), service };
  });
  const change = (file) => versions.set(file, (versions.get(file) ?? 0) + 1);
  const errorOf = ({ code, messageText, file, start }) => {
    const text = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    const path = file ? relative(root, file.fileName) : "";
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return { key: `${path} ${text}`, line, text };
  };
  const errorsIn = (file) => {
    const service = projects.find(({ files }) => files.has(file))?.service;
    if (service === undefined) return undefined;
    return [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(errorOf);
  };
  return {
    version: ts.version,
    /** Whether a project has the file. */
    covers: (file) => projects.some(({ files }) => files.has(file)),
    /** The errors of a file; undefined for one that no project has. */
    errorsIn,
    /** The errors of all files of all projects. */
    allErrors: () =>
      projects.flatMap(({ files, service }) => [
        ...service.getCompilerOptionsDiagnostics().map(errorOf),
        ...[...files].flatMap((file) => errorsIn(file)),
      ]),
    replace(file, text) {
      overlay.set(file, text);
      change(file);
    },
    restore(file) {
      overlay.delete(file);
      change(file);
    },
  };
}

/** For a checkout whose types nobody can ask about. */
export const noTypes = () => ({
  version: "none",
  covers: () => false,
  errorsIn: () => undefined,
  allErrors: () => [],
  replace: () => undefined,
  restore: () => undefined,
});

/** What `after` has more of than `before`. */
export function addedErrors(before, after) {
  const known = new Map();
  for (const { key } of before) known.set(key, (known.get(key) ?? 0) + 1);
  return after.filter(({ key }) => {
    const left = known.get(key) ?? 0;
    known.set(key, left - 1);
    return left <= 0;
  });
}

/** What a project lists, and what that imports, apart from installed packages. */
const ownFiles = (program) =>
  program
    .getSourceFiles()
    .filter((file) => !program.isSourceFileFromExternalLibrary(file))
    .map(({ fileName }) => fileName)
    .filter((fileName) => !fileName.includes("/node_modules/"));

/** The projects, each once, and those they refer to. One that is made of references only has no files to ask about. */
function withReferences(ts, tsconfigs) {
  const parsed = new Map();
  const todo = [...tsconfigs];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    if (parsed.has(next)) continue;
    const problems = [];
    const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => problems.push(problem) };
    const config = ts.getParsedCommandLineOfConfigFile(next, {}, host);
    if (config === undefined || problems.length > 0) {
      const why = problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
      throw new Error(`${next} cannot be read: ${why.join("; ")}`);
    }
    parsed.set(next, config);
    todo.push(...(config.projectReferences ?? []).map((to) => ts.resolveProjectReferencePath(to)));
  }
  return [...parsed.values()].filter(({ fileNames }) => fileNames.length > 0);
}

function hostOf(ts, parsed, overlay, versions) {
  const read = (path) => overlay.get(path) ?? ts.sys.readFile(path);
  return {
    getCompilationSettings: () => parsed.options,
    getProjectReferences: () => parsed.projectReferences,
    // What a referenced project exports comes from its sources, built or not.
    useSourceOfProjectReferenceRedirect: () => true,
    getScriptFileNames: () => parsed.fileNames,
    getScriptVersion: (file) => String(versions.get(file) ?? 0),
    getScriptSnapshot(file) {
      const text = read(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => dirname(parsed.options.configFilePath),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    readFile: read,
    fileExists: ts.sys.fileExists,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    readDirectory: ts.sys.readDirectory,
    realpath: ts.sys.realpath,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  };
}

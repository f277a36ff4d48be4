/** A file system in memory, with one project in it. Runs in Node and in a browser. */
/* global require, exports, TextEncoder -- what both have */
const vscode = require("vscode");

const flood = `export async function load(urls: string[]) {
  return Promise.all(urls.map(async (url) => fetch(url)));
}
`;
const manifest = JSON.stringify({
  name: "nowhere",
  private: true,
  type: "module",
  dependencies: { "@floodgate/runtime": "^0.1.0" },
});

const files = new Map(
  Object.entries({ "/project/app.ts": flood, "/project/package.json": manifest }).map(([path, text]) => [
    path,
    new TextEncoder().encode(text),
  ]),
);

const isFolder = (path) => [...files.keys()].some((file) => file.startsWith(path === "/" ? "/" : `${path}/`));
const typeOf = (path) => (files.has(path) ? vscode.FileType.File : vscode.FileType.Directory);

exports.activate = ({ subscriptions }) => {
  const changed = new vscode.EventEmitter();
  const refuse = () => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat(uri) {
      if (!files.has(uri.path) && !isFolder(uri.path)) throw vscode.FileSystemError.FileNotFound(uri);
      return { type: typeOf(uri.path), ctime: 0, mtime: 0, size: files.get(uri.path)?.byteLength ?? 0 };
    },
    readDirectory({ path }) {
      const names = [...files.keys()]
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split("/")[0]);
      return [...new Set(names)].map((name) => [name, typeOf(`${path}/${name}`)]);
    },
    readFile(uri) {
      const content = files.get(uri.path);
      if (content === undefined) throw vscode.FileSystemError.FileNotFound(uri);
      return content;
    },
    writeFile(uri, content) {
      files.set(uri.path, content);
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  subscriptions.push(vscode.workspace.registerFileSystemProvider("memory", provider));
};

/** Where we run: a Node process, or a worker of a browser. Asked by bundles that serve both. */

/** Editors put a `process` into the browser for libraries that look for one; a version of Node it does not have. */
export const inNode =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;

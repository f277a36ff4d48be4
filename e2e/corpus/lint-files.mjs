/** Lints files with the built plugin in processes of their own, so that whatever happens to one file costs that file only. */
import { fork } from "node:child_process";
import { join } from "node:path";

/**
 * Lints all files in as many processes as there are jobs. A process that dies is replaced, and the file it died on is
 * tried once more in a fresh one, since it may have been the files before it that used up the memory.
 * With types, processes take whole checkouts and end with them, since they keep the programs they have read.
 *
 * @param setup - `plugin` (a path), `preset`, `settings` and `types`, as `lint-worker.mjs` takes them.
 * @param checkoutOf - The checkout that a file is in.
 * @param timeoutMs - A file that takes longer is a crash.
 * @param finish - Called with each result: `filePath`, `messages`, and `crash`, `times` or `untyped` where they apply.
 */
export async function lintFiles(files, { setup, checkoutOf, jobs, timeoutMs, finish }) {
  const queues = setup.types ? byCheckout(files, checkoutOf) : [[...files]];
  /** The next queue: one of its own for each process with types, and otherwise the one that all share. */
  const takeQueue = () => {
    if (setup.types) return queues.shift();
    return queues[0].length > 0 ? queues[0] : undefined;
  };
  const job = async () => {
    for (let queue = takeQueue(); queue !== undefined; queue = takeQueue()) {
      while (queue.length > 0) await lintInProcess(queue, { setup, checkoutOf, timeoutMs, finish });
    }
  };
  await Promise.all(Array.from({ length: jobs }, job));
}

function byCheckout(files, checkoutOf) {
  const queues = new Map();
  for (const file of files) {
    const queue = queues.get(checkoutOf(file)) ?? [];
    queues.set(checkoutOf(file), queue);
    queue.push(file);
  }
  return [...queues.values()];
}

/** Lints the files of a queue in one process until the queue is empty or the process dies. */
function lintInProcess(queue, { setup, checkoutOf, timeoutMs, finish }) {
  return new Promise((settle) => {
    const child = fork(join(import.meta.dirname, "lint-worker.mjs"), {
      execArgv: ["--max-old-space-size=4096"],
    });
    let file;
    let linted = 0;
    let tookTooLong = false;
    let timer;
    const next = () => {
      clearTimeout(timer);
      file = queue.shift();
      if (file === undefined) {
        child.disconnect();
        return;
      }
      timer = setTimeout(() => {
        tookTooLong = true;
        child.kill("SIGKILL");
      }, timeoutMs);
      child.send({ file, checkout: checkoutOf(file) });
    };
    child.on("message", (result) => {
      if (!result.ready) {
        linted++;
        finish(result);
      }
      next();
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (file === undefined) {
        if (code !== 0) process.exit(2); // It could not even begin, and has said why.
      } else if (linted > 0 && !tookTooLong) {
        queue.unshift(file);
      } else {
        const message = tookTooLong ? `took longer than ${timeoutMs} ms` : "the process died";
        finish({ filePath: file, messages: [], crash: { message, tookTooLong } });
      }
      settle();
    });
    child.send(setup);
  });
}

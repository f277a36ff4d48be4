// Starts `redis-process.mjs` and talks to it.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("redis-process.mjs", import.meta.url));

/** Starts one with a clock that is wrong by `skewMs`, and these limiters. */
export async function startProcess({ make, port, skewMs = 0, ...limiters }) {
  const child = fork(program, [JSON.stringify([make, port, skewMs])]);
  const answers = new Map();
  let count = 0;
  const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("The process ended before it was ready.")));
    child.on("message", ({ ready, id, answer }) => {
      if (ready) resolve();
      else answers.get(id)(answer);
    });
  });
  const self = {
    make,
    skewMs,
    /** What the process answers to `name` with these arguments. */
    ask(name, options = {}) {
      const id = count++;
      const answer = new Promise((resolve) => answers.set(id, resolve));
      child.send({ ...options, do: name, id });
      return answer;
    },
    signal: (name) => child.kill(name),
    exited,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
  await self.ask("open", limiters);
  return self;
}

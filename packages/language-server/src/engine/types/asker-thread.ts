/** The asker on another thread: both ends of the conversation, and what happens when that thread dies. */
import { Worker, type MessagePort } from "node:worker_threads";
import type { Engine } from "../engine.ts";
import { createAsker, type AskAnswer, type Asker, type AskerOptions, type AskRequest } from "./asker.ts";

type Request =
  | { readonly kind: "ask"; readonly id: number; readonly request: AskRequest }
  | { readonly kind: "changed"; readonly fileNames: readonly string[] | undefined };

interface Response {
  readonly id: number;
  readonly answer: AskAnswer;
}

/** The thread's end. One question at a time, in order. */
export function serveAsker(port: MessagePort, engine: Engine, options: AskerOptions): void {
  const asker = createAsker(engine, options);
  let turn: Promise<void> = Promise.resolve();
  port.on("message", (message: Request) => {
    if (message.kind === "changed") {
      turn = turn.then(() => {
        asker.changed(message.fileNames);
      });
      return;
    }
    turn = turn.then(async () => {
      const answer = await asker.ask(message.request).catch((error: unknown): AskAnswer => {
        return { source: `types off: ${error instanceof Error ? error.message : String(error)}` };
      });
      port.postMessage({ id: message.id, answer } satisfies Response);
    });
  });
}

export interface ThreadOptions extends AskerOptions {
  readonly memoryLimitMb: number;
  /** The thread ends after this long without a question; the next question starts it anew. */
  readonly idleMs: number;
  log(message: string): void;
}

/** Deaths after which the thread stays dead until something changes. */
const maxDeaths = 3;

/** The server's end. */
export function askerThread(file: string | URL, options: ThreadOptions): Asker {
  const waiting = new Map<number, (answer: AskAnswer) => void>();
  let worker: Worker | undefined;
  let nextId = 0;
  let deaths = 0;
  let given: string | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const answerAll = (source: string): void => {
    for (const answer of waiting.values()) answer({ source });
    waiting.clear();
  };

  const stop = (): void => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    if (ending !== undefined) void ending.terminate();
  };

  const died = (reason: string): void => {
    worker = undefined;
    deaths++;
    if (deaths >= maxDeaths) given = reason;
    options.log(`The type checker's thread ended: ${reason}.`);
    answerAll(`types off: ${reason}`);
  };

  const start = (): Worker => {
    const { trusted, fallbackFolders, memoryLimitMb } = options;
    const started = new Worker(file, {
      workerData: { trusted, fallbackFolders } satisfies AskerOptions,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
      stdout: true,
      stderr: true,
    });
    // A thread must not keep the server alive, nor write into its protocol.
    started.unref();
    started.stdout.resume();
    started.stderr.on("data", (chunk: Buffer) => options.log(chunk.toString().trim()));
    started.on("message", ({ id, answer }: Response) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
      deaths = 0;
    });
    started.on("error", (error: NodeJS.ErrnoException) => {
      if (worker !== started) return;
      died(
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `it needs more than the ${memoryLimitMb} MB of floodgate.typesMemoryLimit`
          : error.message,
      );
    });
    started.on("exit", () => {
      if (worker === started) died("it ended without a reason");
    });
    return started;
  };

  return {
    ask(request) {
      if (given !== undefined) return Promise.resolve({ source: `types off: ${given}` });
      worker ??= start();
      const asked = worker;
      clearTimeout(idle);
      idle = setTimeout(stop, options.idleMs);
      idle.unref();
      const id = nextId++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        asked.postMessage({ kind: "ask", id, request } satisfies Request);
      });
    },
    changed(fileNames) {
      deaths = 0;
      given = undefined;
      worker?.postMessage({ kind: "changed", fileNames } satisfies Request);
    },
    dispose() {
      stop();
      answerAll("types off: the server is stopping");
    },
  };
}

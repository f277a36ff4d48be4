/** The second tier's thread: asks TypeScript, under a heap cap of its own, while the server goes on answering. */
import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "./engine/engine.ts";
import { loadNativeParser } from "./engine/parse-native.ts";
import { serveAsker } from "./engine/types/asker-thread.ts";
import type { AskerOptions } from "./engine/types/asker.ts";
import * as disk from "eslint-plugin-floodgate/neighbour";

if (parentPort !== null)
  serveAsker(parentPort, createEngine(loadNativeParser().parser, { disk }), workerData as AskerOptions);

// A server that is told to stop: it takes nothing new, ends what it has begun, and is gone before it would be killed.
import { createServer } from "node:http";
import { Semaphore } from "@floodgate/runtime";

const work = new Semaphore(Number(process.env["AT_ONCE"] ?? 10), { name: "work", maxWaiting: 100 });
const workMs = Number(process.env["WORK_MS"] ?? 50);
/** Less than the time until SIGKILL: 30 s in Kubernetes, 10 s in Docker. */
const deadlineMs = Number(process.env["DEADLINE_MS"] ?? 8000);

let isDraining = false;

const server = createServer((request, response) => {
  console.log(`${request.method ?? ""} ${request.url ?? ""}`);
  const answer = (status: number, text: string): void => {
    // A connection that is kept alive keeps us alive too.
    if (isDraining) response.setHeader("connection", "close");
    response.writeHead(status).end(text);
  };
  work
    .run(() => new Promise((resolve) => setTimeout(resolve, workMs)))
    .then(
      () => answer(200, "done"),
      // Too many wait, or we are closing: the client should ask somebody else.
      () => answer(503, "elsewhere, please"),
    );
});

async function drain(): Promise<void> {
  isDraining = true;
  // Who waits for a permit is turned away now; who has one keeps it.
  work.close();
  const closed = new Promise((resolve) => server.close(resolve));
  const late = setTimeout(() => {
    console.error("not drained in time", work.inspect());
    process.exit(1);
  }, deadlineMs);
  await work.idle();
  await closed;
  clearTimeout(late); // Nothing is left to do, so the process ends, with exit code 0.
}

process.once("SIGTERM", () => void drain());
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));

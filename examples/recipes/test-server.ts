// A server on loopback for the recipes' tests: counts what it is asked, and how much of it at once.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Requests it has got. */
  readonly requests: readonly string[];
  /** The most requests that were open at once, for each host they named. */
  readonly peaks: ReadonlyMap<string, number>;
}

/** Starts one that answers with `answer`. */
export async function testServer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown,
): Promise<TestServer> {
  const requests: string[] = [];
  const peaks = new Map<string, number>();
  const open = new Map<string, number>();
  const server = createServer((request, response) => {
    const host = request.headers.host ?? "";
    const count = (open.get(host) ?? 0) + 1;
    open.set(host, count);
    peaks.set(host, Math.max(count, peaks.get(host) ?? 0));
    response.once("close", () => open.set(host, (open.get(host) ?? 0) - 1));
    requests.push(request.url ?? "");
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => void Promise.resolve(answer(request, response, body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    peaks,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

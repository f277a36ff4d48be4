// A worker at the edge (Cloudflare, Vercel, Deno Deploy): no module of Node, no process, six connections at once.
import { mapLimitSettled, retry, timeout } from "@floodgate/runtime";

const load = retry(
  timeout(async (url: string, { signal }: { signal: AbortSignal }) => {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return await response.json();
  }, 5000),
  { attempts: 2 },
);

export default {
  /** Puts answers of many services together; what is missing is `null`. */
  async fetch(request: Request): Promise<Response> {
    const urls = (await request.json()) as string[];
    // Cloudflare lets six connections wait for their headers at once; more would wait in a line that nobody sees.
    // A limiter for all requests of an isolate would be wrong here: promises must not be shared between requests.
    const answers = await mapLimitSettled(urls, 6, (url, _index, context) => load(url, context), {
      signal: request.signal,
    });
    return Response.json(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : null)));
  },
};

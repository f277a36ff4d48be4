// An HTTP API with a quota: so many requests per second, so many at once, and a server that says when to come back.
import { combine, mapLimit, RateLimiter, retry } from "@floodgate/runtime";
import { Agent, fetch, type Response } from "undici";

export interface ApiOptions {
  readonly url: string;
  readonly perSecond: number;
  readonly atOnce: number;
}

export function apiClient({ url, perSecond, atOnce }: ApiOptions) {
  const rate = new RateLimiter({ limit: perSecond, intervalMs: 1000, name: "api" });
  // As many connections as there are requests at once: more are of no use, and fewer would be a second queue.
  const dispatcher = new Agent({ connections: atOnce });

  async function request(path: string, { signal }: { signal: AbortSignal }): Promise<Response> {
    const response = await fetch(url + path, { dispatcher, signal });
    if (response.status === 429 || response.status === 503) {
      // Everybody waits, not only whoever was told: the next request would be refused as well.
      const seconds = Number(response.headers.get("retry-after"));
      if (seconds > 0) rate.pauseUntil(Date.now() + seconds * 1000);
    }
    return response;
  }

  // From the outside in: try again, wait for room and for the rate, ask. The room is free during the back-off.
  const get = retry(combine(atOnce, rate).wrap(request), { attempts: 5 });

  return {
    getAll: (paths: readonly string[]) =>
      mapLimit(paths, atOnce, async (path, _index, context) => {
        const response = await get(path, context);
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        return response.text();
      }),
    close: () => dispatcher.close(),
  };
}

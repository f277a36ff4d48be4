// A crawler that is polite: so many requests at once in all, and only a few to each host.
import { forEachLimit, KeyedLimiter, Queue, Semaphore } from "@floodgate/runtime";

export interface CrawlOptions {
  /** Fetches a page and gives the links on it. */
  readonly linksOf: (url: URL, signal: AbortSignal) => Promise<readonly string[]>;
  readonly atOnce?: number;
  readonly perHost?: number;
  readonly maxPages?: number;
}

/** How many links each page has that can be reached from the first ones; `undefined` for those that do not load. */
export async function crawl(
  seeds: readonly string[],
  { linksOf, atOnce = 50, perHost = 2, maxPages = 10_000 }: CrawlOptions,
): Promise<Map<string, number | undefined>> {
  const pages = new Map<string, number | undefined>();
  // The workers feed the queue they live on, so it must never make them wait; `maxPages` is what bounds it.
  const found = new Queue<string>({ capacity: Infinity });
  const add = (link: string): void => {
    if (pages.has(link) || pages.size >= maxPages) return;
    pages.set(link, undefined);
    found.tryPut(link);
  };

  const everywhere = new Semaphore(atOnce);
  const hosts = new KeyedLimiter(
    (url: URL) => url.host,
    () => new Semaphore(perHost),
  );
  const visit = async (link: string, _index: number, { signal }: { signal: AbortSignal }): Promise<void> => {
    const url = new URL(link);
    // The host first: who waits for a busy host keeps nobody else from asking another one.
    const load = () => everywhere.run(() => linksOf(url, signal), { signal });
    try {
      const links = await hosts.run(load, { item: url, signal });
      pages.set(link, links.length);
      links.forEach(add);
    } catch (error) {
      if (signal.aborted) throw error; // A page that is broken ends nothing.
    }
  };

  seeds.forEach(add);
  // More workers than requests, because some wait for their host.
  const workers = forEachLimit(found, atOnce * 10, found.tracked(visit));
  await found.join(); // All that was found is done, so nothing more will come.
  found.close();
  await workers;
  return pages;
}

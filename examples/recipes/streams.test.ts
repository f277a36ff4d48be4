import { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { translate } from "./streams.ts";

const lines = (count: number) => Readable.from(Array.from({ length: count }, (_, n) => `${n}\n`));
const sinkOf = (written: string[]) =>
  new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      setImmediate(done);
    },
  });

test("the order is kept, with ten at once at most", async () => {
  const written: string[] = [];
  let running = 0;
  let peak = 0;
  await translate(lines(200), sinkOf(written), async (line) => {
    peak = Math.max(peak, ++running);
    for (let turns = 0; turns < Number(line) % 5; turns++) await new Promise(setImmediate);
    running--;
    return `<${line}>`;
  });
  expect(written).toEqual(Array.from({ length: 200 }, (_, n) => `<${n}>\n`));
  expect(peak).toBeGreaterThan(5);
  expect(peak).toBeLessThanOrEqual(10);
});

test("an error ends all of it", async () => {
  const written: string[] = [];
  const broken = translate(lines(200), sinkOf(written), (line) =>
    line === "20" ? Promise.reject(new Error("line 20")) : Promise.resolve(line),
  );
  await expect(broken).rejects.toThrow("line 20");
  expect(written.length).toBeLessThanOrEqual(20);
});

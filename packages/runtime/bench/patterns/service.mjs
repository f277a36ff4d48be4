// An HTTP service on the loopback, in a process of its own: forked with its behaviour as JSON, it sends its port.
//
// It answers `/<id>/<attempt>` after a time between `minMs` and `maxMs`, evenly on a logarithmic scale, and with status
// 500 for a share of `errors`: both follow from id and attempt, so that each variant meets the same. It works on at
// most `capacity` requests at a time; up to `queue` more wait, and others get a 429 at once. The message
// `{ capacity }` changes that, `"stats"` asks for the most that were inside at once.
import { createServer } from "node:http";

const { minMs, maxMs, errors = 0, queue = Infinity, ...rest } = JSON.parse(process.argv[2]);
let { capacity = Infinity } = rest;
let working = 0;
let peak = 0;
const line = [];

const server = createServer((request, response) => {
  const [, id, attempt] = request.url.split("/").map(Number);
  const chance = chanceOf(id * 7 + attempt);
  const ms = minMs * (maxMs / minMs) ** chance;
  const fails = chanceOf(chance * 1e9 + attempt) < errors;
  line.push(() => {
    setTimeout(() => {
      working--;
      response.writeHead(fails ? 500 : 200).end("{}");
      work();
    }, ms);
  });
  if (line.length > queue + Math.max(0, capacity - working)) {
    line.pop();
    response.writeHead(429).end();
  } else work();
  peak = Math.max(peak, working + line.length);
});
server.keepAliveTimeout = 60_000;

function work() {
  while (working < capacity && line.length > 0) {
    working++;
    line.shift()();
  }
}

/** From 0 to below 1, always the same for a number: the end of MurmurHash3. */
function chanceOf(number) {
  let hash = Math.imul((number >>> 0) ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

process.on("message", (message) => {
  if (message === "stats") process.send({ peak });
  else {
    ({ capacity } = message);
    work();
  }
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

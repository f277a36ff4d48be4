/**
 * What runs inside Redis. A script runs alone, by the server's clock (`TIME`), and all it needs is in its arguments, so
 * no process has to agree with another on anything but the name.
 *
 * Needs Redis 6.0 or Valkey 7.2. (Before 5.0 a script that has asked for the time could not write; 5.0 was not tried.)
 *
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
import { builtin } from "../builtin.ts";

/** A script, and the name by which a server that has seen it knows it. */
export interface Script {
  readonly lua: string;
  readonly sha: string | undefined;
}

function script(lua: string): Script {
  const crypto = builtin("node:crypto") as
    { createHash(name: "sha1"): { update(text: string): { digest(encoding: "hex"): string } } } | undefined;
  return { lua, sha: crypto?.createHash("sha1").update(lua).digest("hex") };
}

/**
 * A semaphore is one sorted set, so that it is lost as a whole or not at all. Three kinds of members, told apart by
 * their scores:
 *
 * | member | score |
 * | --- | --- |
 * | `used` | the weight of all permits that are out, as a number below 0 |
 * | `<process>:<permit>:<weight>` | when that lease ends, in milliseconds since 1970 (about 1e12) |
 * | `token` | the last fencing token, at least the microseconds since 1970 when it was given (about 1e15) |
 */
const permits = `
local key = KEYS[1]
local function weightOf(permit) return tonumber(string.match(permit, '%d+$')) end
`;
const clock = `
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local function live(ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end
`;

/**
 * Hands out permits in order, up to the first that does not fit. One that is out already, because an earlier answer was
 * lost, is handed out again.
 *
 * `ARGV`: permits there are, lease in ms, then the permits asked for. Gives the tokens, and in how many ms the next
 * lease ends (-1: none is out).
 */
export const acquireScript = /* @__PURE__ */ script(`${permits}${clock}
local permits, lease = tonumber(ARGV[1]), tonumber(ARGV[2])
local used = -(redis.call('ZSCORE', key, 'used') or 0)
local token = tonumber(redis.call('ZSCORE', key, 'token') or 0)
local ended = redis.call('ZRANGEBYSCORE', key, 1, now)
for _, permit in ipairs(ended) do
  redis.call('ZREM', key, permit)
  used = used - weightOf(permit)
end
local tokens = {}
for i = 3, #ARGV do
  if not redis.call('ZSCORE', key, ARGV[i]) then
    local weight = weightOf(ARGV[i])
    if used + weight > permits then break end
    used = used + weight
  end
  token = math.max(token + 1, micros)
  redis.call('ZADD', key, now + lease, ARGV[i])
  tokens[#tokens + 1] = string.format('%.0f', token)
end
if #tokens + #ended > 0 then
  redis.call('ZADD', key, -used, 'used', token, 'token')
  live(lease)
end
local first = redis.call('ZRANGEBYSCORE', key, '(' .. now, 1e14, 'WITHSCORES', 'LIMIT', 0, 1)
return { tokens, first[2] and first[2] - now or -1 }
`);

/** `ARGV`: lease in ms, then permits. Gives 1 for each whose lease was renewed and 0 for each that is no longer there. */
export const renewScript = /* @__PURE__ */ script(`${permits}${clock}
local lease = tonumber(ARGV[1])
local kept = {}
for i = 2, #ARGV do
  local there = redis.call('ZSCORE', key, ARGV[i])
  if there then redis.call('ZADD', key, now + lease, ARGV[i]) end
  kept[#kept + 1] = there and 1 or 0
end
live(lease)
return kept
`);

/**
 * `ARGV`: the channel on which the others are told, who tells them, then permits. Gives how many were still there.
 */
export const releaseScript = /* @__PURE__ */ script(`${permits}
local given = 0
for i = 3, #ARGV do
  if redis.call('ZREM', key, ARGV[i]) == 1 then
    redis.call('ZINCRBY', key, weightOf(ARGV[i]), 'used')
    given = given + 1
  end
end
if given > 0 then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
return given
`);

/**
 * A rate hands out times to start at. Those that are further away than the horizon are not handed out: the process is
 * told when to ask again, half of the horizon before the first of them comes into view, so that it asks twice per
 * horizon at most.
 *
 * `ARGV`: limit, interval in microseconds, burst, horizon in microseconds, then weights. `KEYS[2]` is there during a
 * pause. Gives the microseconds to wait for each, and the milliseconds until it is worth asking again (-1: all got one).
 */
const spend = (before: string, startOf: string, take: string, after: string): Script =>
  script(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit, interval, burst, horizon = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local earliest = now + math.max(0, redis.call('PTTL', KEYS[2])) * 1000
${before}
local waits, again = {}, -1
for i = 5, #ARGV do
  local weight = tonumber(ARGV[i])
  ${startOf}
  if at > now + horizon then
    again = math.ceil((at - now - horizon / 2) / 1000)
    break
  end
  ${take}
  waits[#waits + 1] = math.ceil(at - now)
end
if #waits > 0 then
  ${after}
end
return { waits, again }
`);

/** A bucket of tokens, known by the time at which it will be full: the generic cell rate algorithm. */
export const bucketScript = /* @__PURE__ */ spend(
  `local each = interval / limit
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))`,
  `local at = math.max(earliest, full + (weight - burst) * each)`,
  `full = math.max(full, at) + weight * each`,
  `redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil((full - now) / 1000) + 1)`,
);

/**
 * A window that slides: the starts of the last interval as a sorted set, a member `<start>:<sum>` with the sum of all
 * weights so far as its score. For a start to fit, all up to a certain sum must have left the window, so finding when is
 * one look-up however many starts there were.
 */
export const windowScript = /* @__PURE__ */ spend(
  `local last, sum = string.match(redis.call('ZREVRANGE', KEYS[1], 0, 0)[1] or '0:0', '^(%d+):(%d+)$')
last, sum = tonumber(last), tonumber(sum)`,
  `local at = math.max(earliest, last)
  local inTheWay = redis.call('ZRANGEBYSCORE', KEYS[1], math.max(1, sum + weight - limit), '+inf', 'LIMIT', 0, 1)[1]
  if inTheWay and sum + weight > limit then
    at = math.max(at, string.match(inTheWay, '^%d+') + interval)
  end`,
  `last, sum = at, sum + weight
  redis.call('ZADD', KEYS[1], sum, string.format('%.0f:%.0f', last, sum))`,
  `redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (sum + 1 - limit))
  redis.call('PEXPIRE', KEYS[1], math.ceil((last + interval - now) / 1000) + 1)`,
);

/** `ARGV`: milliseconds. A pause is a key that lives as long as it; an earlier one that is longer stays. */
export const pauseScript = /* @__PURE__ */ script(`
local ms = tonumber(ARGV[1])
if ms > redis.call('PTTL', KEYS[1]) then redis.call('SET', KEYS[1], 1, 'PX', ms) end
return 1
`);

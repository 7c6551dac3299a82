import { createHash } from 'node:crypto';

/** A script and the name under which a server remembers it. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/**
 * GCRA for all keys at once, all or none, by the server's own clock in microseconds. The arithmetic of `admit` in `@ingresskit/families`: the state of a
 * key is the time at which the next request would arrive on schedule.
 *
 * KEYS: the counters. ARGV: for each key its interval in microseconds and how many requests may come early. Answers the position of the first full key, from 1, and
 * the microseconds until there is room; 0 and 0 when the request was counted.
 */
export const rateScript: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = {}
for i, key in ipairs(KEYS) do
  local interval = tonumber(ARGV[2 * i - 1])
  local burst = tonumber(ARGV[2 * i])
  local expected = tonumber(redis.call('GET', key) or now)
  if expected < now then expected = now end
  -- After the server's clock was set back, a schedule must not reach further than a full bucket.
  local latest = now + (burst + 1) * interval
  if expected > latest then expected = latest end
  local early = expected - now - burst * interval
  if early > 0 then return {i, early} end
  due[i] = expected + interval
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', due[i]), 'PX', math.ceil((due[i] - now) / 1000) + 1)
end
return {0, 0}
`);

/**
 * Takes a place in all sets at once, all or none. A place is a lease: members whose time is over are gone, so that a gateway that died gives its places back.
 *
 * KEYS: the sets. ARGV: the lease, its length in milliseconds, then for each key how many places there are. Answers the position of the first full key, from
 * 1, or 0.
 */
export const enterScript: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZCARD', key) >= tonumber(ARGV[i + 2]) then return i end
end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now + lease, ARGV[1])
  redis.call('PEXPIRE', key, lease + 1000)
end
return 0
`);

/** Makes leases last longer. KEYS: the sets. ARGV: the length in milliseconds, then for each key the lease. A lease that was lost is taken again. */
export const renewScript: Script = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now + lease, ARGV[i + 1])
  redis.call('PEXPIRE', key, lease + 1000)
end
return 0
`);

-- Record what became of an entry and hand over the next one of its lane.
--   KEYS[1] outbox hash   KEYS[2] contact hash   KEYS[3] lanes   KEYS[4] timers   KEYS[5] lane list
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lane epoch
--   ARGV[5] entry number      ARGV[6] 'sent' 'failed' 'unknown' 'cancelled' 'expired', 'withdrawn' back to
--   its campaign's list, or 'queued' to try again
--   ARGV[7] provider's id     ARGV[8] error code   ARGV[9] ms the attempt took   ARGV[10] lease ms
--   ARGV[11] ms until the next try (only 'queued')   ARGV[12] '1' the try counts
-- Returns {-1} recorded, but the lane is another worker's; {0} recorded, nothing left or not yet;
--   {1, number, meta JSON, payload JSON} recorded, the next entry is ours. Recording twice changes nothing.
-- part: rows
-- part: feed
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local ours = redis.call('HGET', KEYS[1], 'epoch:' .. ARGV[3]) == ARGV[4]
local stored = redis.call('HGET', KEYS[1], ARGV[5])
local meta = stored and cjson.decode(stored)

local function start_wait(from)
  if not meta.w then return end
  local wait, ms = string.match(meta.w, '^(%d+):(%d+)$')
  if redis.call('HGET', KEYS[2], 'wait:' .. ARGV[3]) ~= wait then return end
  redis.call('ZADD', KEYS[4], from + ms, ARGV[2] .. '|' .. wait)
end

if meta and (meta.s == 'sending' or meta.s == 'queued' or meta.s == 'unknown') then
  if ARGV[6] == 'queued' then
    if not ours or meta.s == 'unknown' then return {-1} end
    meta.s = 'queued'
    if ARGV[12] == '1' then meta.t = (meta.t or 0) + 1 end
    redis.call('HSET', KEYS[1], ARGV[5], cjson.encode(meta))
    redis.call('ZADD', KEYS[3], now + ARGV[11], ARGV[2])
    return {0}
  end
  local marked = meta.s ~= 'queued' and meta.m
  local at = marked and marked + ARGV[9] or now
  meta.s = ARGV[6] == 'withdrawn' and 'cancelled' or ARGV[6]
  if ARGV[7] ~= '' then meta.x = ARGV[7] end
  if ARGV[8] ~= '' then meta.e = ARGV[8] end
  if meta.g then
    if ARGV[6] == 'sent' then row_accepted(KEYS[1], ARGV[5], meta, at, now) end
    if ARGV[6] == 'withdrawn' then row_back(KEYS[1], meta.g) else row_to(KEYS[1], meta.g, ARGV[6], ARGV[8], at) end
  end
  redis.call('HSET', KEYS[1], ARGV[5], cjson.encode(meta))
  feed_entry(KEYS[1], ARGV[5], meta)
  start_wait(at)
elseif meta and ARGV[7] ~= '' and not meta.x then
  meta.x = ARGV[7]  -- its report came before its answer
  redis.call('HSET', KEYS[1], ARGV[5], cjson.encode(meta))
end
redis.call('HDEL', KEYS[1], ARGV[5] .. ':p')
local old = redis.call('HGET', KEYS[1], ARGV[5] - 200)  -- reports on messages this old no longer matter
if old then
  local s = cjson.decode(old).s
  if s ~= 'queued' and s ~= 'sending' then redis.call('HDEL', KEYS[1], ARGV[5] - 200) end
end
if redis.call('LINDEX', KEYS[5], 0) == ARGV[5] then redis.call('LPOP', KEYS[5]) end
if not ours then return {-1} end
local number = redis.call('LINDEX', KEYS[5], 0)
if not number then
  redis.call('ZREM', KEYS[3], ARGV[2])
  return {0}
end
local entry = redis.call('HMGET', KEYS[1], number, number .. ':p')
if not entry[1] or not entry[2] then  -- not the ordinary case: let whoever claims the lane look closer
  redis.call('ZADD', KEYS[3], now, ARGV[2])
  return {0}
end
redis.call('ZADD', KEYS[3], now + ARGV[10], ARGV[2])
return {1, number, entry[1], entry[2]}

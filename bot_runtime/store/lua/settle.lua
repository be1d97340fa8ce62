-- Record what became of an entry and hand over the next one of its lane.
--   KEYS[1] outbox hash   KEYS[2] contact hash   KEYS[3] lanes   KEYS[4] timers   KEYS[5] lane list
--   KEYS[6] reports on messages we did not know (hash)
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lane epoch
--   ARGV[5] entry number      ARGV[6] 'sent' 'failed' 'unknown' 'cancelled' 'expired', 'skipped' (a campaign's row is set
--   aside), 'withdrawn' back to its campaign's list, or 'queued' to try again
--   ARGV[7] provider's id     ARGV[8] error code   ARGV[9] ms the attempt took   ARGV[10] lease ms
--   ARGV[11] ms until the next try (only 'queued')
--   ARGV[12] what the try counts as: '' nothing (it only waits), 'r' nothing left us, 'n' the provider said no,
--   'y' nothing, but too fast for this contact once more
--   ARGV[13] ms after its mark that an entry in doubt holds back the next (only 'unknown')
-- Returns {-1, told} recorded as far as it is this attempt's to say, but the lane is another worker's; {0, told} recorded,
--   nothing left or not yet; {1, told, number, meta JSON, payload JSON} recorded, the next entry is ours. Told: 1 a report
--   by the provider's id was there before. Recording twice changes nothing.
-- `sent` settles an entry whoever holds it. Anything else only speaks of its own attempt: the epoch at the mark says whose.
-- part: rows
-- part: feed
-- part: doubt
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local ours = redis.call('HGET', KEYS[1], 'epoch:' .. ARGV[3]) == ARGV[4]
local stored = redis.call('HGET', KEYS[1], ARGV[5])
local meta = stored and cjson.decode(stored)
local was = meta and meta.s
local open = was == 'sending' or was == 'queued' or was == 'unknown'
local told = ARGV[7] ~= '' and redis.call('HEXISTS', KEYS[6], 'x:' .. ARGV[7]) or 0

local function start_wait(from)
  if not meta.w then return end
  local wait, ms = string.match(meta.w, '^(%d+):(%d+)$')
  if redis.call('HGET', KEYS[2], 'wait:' .. ARGV[3]) ~= wait then return end
  redis.call('ZADD', KEYS[4], from + ms, ARGV[2] .. '|' .. wait)
end

if open and ARGV[6] ~= 'sent' then
  local may = was == 'queued' and ours or was ~= 'queued' and meta.l == ARGV[4]
  if not may then return {-1, told} end
end
if open and ARGV[6] == 'queued' then
  if was == 'queued' and ARGV[12] ~= '' then return {ours and 0 or -1, told} end  -- this try was counted before
  if ARGV[12] == 'r' or ARGV[12] == 'n' then meta.t = (meta.t or 0) + 1 end
  if ARGV[12] == 'n' then meta.n = (meta.n or 0) + 1 end
  if ARGV[12] == 'y' then meta.y = (meta.y or 0) + 1 end
  local waits = ARGV[12] == '' or ARGV[12] == 'y'
  meta.p = waits and (meta.p or now) or nil
  meta.l = nil
  queue_again(KEYS[1], ARGV[5], meta, ARGV[3], now, ARGV[11])
  return {ours and 0 or -1, told}
end
if open and ARGV[6] == 'unknown' then
  if ARGV[8] ~= '' then meta.e = ARGV[8] end
  meta.m = meta.m or now
  if was ~= 'unknown' then to_unknown(KEYS[1], ARGV[5], meta, ARGV[3], now) end
  if not ours then return {-1, told} end
  redis.call('ZADD', KEYS[3], meta.m + ARGV[13], ARGV[2])
  return {0, told}
end
if open then
  local marked = was ~= 'queued' and meta.m
  local at = marked and marked + ARGV[9] or now
  if was == 'unknown' then forget_doubt(KEYS[1], ARGV[5]) end
  local outcome = ARGV[6]
  meta.s = (outcome == 'withdrawn' or outcome == 'skipped') and 'cancelled' or outcome
  meta.l, meta.ch, meta.p = nil, nil, nil
  if ARGV[7] ~= '' then meta.x = ARGV[7] end
  if ARGV[8] ~= '' then meta.e = ARGV[8] end
  if meta.g then
    if outcome == 'sent' then row_accepted(KEYS[1], ARGV[5], meta, at, now) end
    if outcome == 'withdrawn' then row_back(KEYS[1], meta.g) else row_to(KEYS[1], meta.g, outcome, ARGV[8], at) end
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
  if s ~= 'queued' and s ~= 'sending' and s ~= 'unknown' then redis.call('HDEL', KEYS[1], ARGV[5] - 200) end
end
if redis.call('LINDEX', KEYS[5], 0) == ARGV[5] then
  redis.call('LPOP', KEYS[5])
elseif was ~= 'sending' then
  redis.call('LREM', KEYS[5], 1, ARGV[5])
end
if not ours then return {-1, told} end
local number = redis.call('LINDEX', KEYS[5], 0)
if not number then
  redis.call('ZREM', KEYS[3], ARGV[2])
  return {0, told}
end
local entry = redis.call('HMGET', KEYS[1], number, number .. ':p')
if not entry[1] or not entry[2] or not string.find(entry[1], '"s":"queued"', 1, true) then
  redis.call('ZADD', KEYS[3], now, ARGV[2])  -- not the ordinary case: let whoever claims the lane look closer
  return {0, told}
end
redis.call('ZADD', KEYS[3], now + ARGV[10], ARGV[2])
return {1, told, number, entry[1], entry[2]}

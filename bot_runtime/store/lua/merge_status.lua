-- Merge a provider's report into an entry, by rank: a status never moves back, whatever the order of reports.
--   KEYS[1] outbox hash   KEYS[2] lanes
--   ARGV[1] clock offset ms   ARGV[2] entry number   ARGV[3] sent, delivered, read or failed
--   ARGV[4] provider's id, '' if not told   ARGV[5] error code, '' for none
-- Returns false there is no such entry; {status, 1 it changed or 0 it did not, its campaign:row or '', ms of its mark or 0}.
-- What was in doubt is settled by it, and the lane that waited for that goes on at once.
-- part: rows
-- part: feed
-- part: doubt
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if not stored then return false end
local rank = {queued = 0, sending = 1, unknown = 2, cancelled = 2, expired = 2, sent = 3, failed = 3, delivered = 4, read = 5}
local meta = cjson.decode(stored)
local was = meta.s
if ARGV[4] ~= '' and not meta.x then
  meta.x = ARGV[4]
  redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(meta))
end
local newer = rank[ARGV[3]] > rank[was] or (ARGV[3] == 'failed' and was == 'sent')
if not newer then return {was, 0, meta.g or '', meta.m or 0} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
if was == 'unknown' then
  forget_doubt(KEYS[1], ARGV[2])
  local contact = of_contact(KEYS[1])
  if redis.call('LINDEX', of_shard(KEYS[1], 'q:' .. contact .. ':' .. meta.ch), 0) == ARGV[2] then
    redis.call('ZADD', KEYS[2], now, contact .. '|' .. meta.ch)
  end
  redis.call('HDEL', KEYS[1], ARGV[2] .. ':p')
end
meta.s, meta.ch = ARGV[3], nil
if ARGV[5] ~= '' then meta.e = ARGV[5] end
if meta.g then
  if ARGV[3] ~= 'failed' then row_accepted(KEYS[1], ARGV[2], meta, meta.m or now, now) end
  row_to(KEYS[1], meta.g, ARGV[3], ARGV[5], now)
end
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(meta))
feed_entry(KEYS[1], ARGV[2], meta)
return {meta.s, 1, meta.g or '', meta.m or 0}

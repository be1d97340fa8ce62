-- After a backup was restored: what stands in a lane may have left since it was taken, so nobody knows; a person decides.
--   KEYS[1] outbox hash   KEYS[2] lane list   KEYS[3] lanes
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] cause
-- Returns how many entries are held so. Nothing else is left in the lane.
-- part: rows
-- part: feed
-- part: doubt
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local held = 0
for _, number in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  local stored = redis.call('HGET', KEYS[1], number)
  local meta = stored and cjson.decode(stored)
  if meta and (meta.s == 'queued' or meta.s == 'sending' or meta.s == 'unknown') then
    meta.e = ARGV[4]
    if meta.s == 'unknown' then forget_doubt(KEYS[1], number) end
    to_unknown(KEYS[1], number, meta, ARGV[3], now)
    redis.call('ZREM', of_shard(KEYS[1], 'doubts'), of_contact(KEYS[1]) .. '.' .. number)  -- silence proves nothing now
    held = held + 1
  end
end
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[2])
return held

-- Settle an entry in doubt because a person says what became of it.
--   KEYS[1] outbox hash   KEYS[2] journal list   KEYS[3] lanes
--   ARGV[1] clock offset ms   ARGV[2] entry number   ARGV[3] journal line JSON, with CHANNEL for the channel
--   ARGV[4] journal lines to keep   ARGV[5] 'sent' or 'failed'   ARGV[6] its cause where it failed
-- Returns {1, channel} settled so; {0, its status} it is not in doubt; false there is no such entry.
-- part: rows
-- part: feed
-- part: doubt
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if not stored then return false end
local meta = cjson.decode(stored)
if meta.s ~= 'unknown' then return {0, meta.s} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local channel, contact = meta.ch, of_contact(KEYS[1])
forget_doubt(KEYS[1], ARGV[2])
meta.s, meta.ch, meta.l, meta.p = ARGV[5], nil, nil, nil
if ARGV[5] == 'failed' then meta.e = ARGV[6] end
if meta.g then
  if ARGV[5] == 'sent' then row_accepted(KEYS[1], ARGV[2], meta, meta.m or now, now) end
  row_to(KEYS[1], meta.g, ARGV[5], ARGV[5] == 'failed' and ARGV[6] or '', now)
end
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(meta))
redis.call('HDEL', KEYS[1], ARGV[2] .. ':p')
feed_entry(KEYS[1], ARGV[2], meta)
if redis.call('LINDEX', of_shard(KEYS[1], 'q:' .. contact .. ':' .. channel), 0) == ARGV[2] then
  redis.call('ZADD', KEYS[3], now, contact .. '|' .. channel)
end
local line = string.gsub(ARGV[3], 'CHANNEL', (string.gsub(channel, '%%', '%%%%')), 1)
redis.call('RPUSH', KEYS[2], line)
redis.call('LTRIM', KEYS[2], -ARGV[4], -1)
return {1, channel}

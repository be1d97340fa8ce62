-- Keep a report on a message we don't know (yet), the furthest one of each.
--   KEYS[1] reports (hash)   KEYS[2] when each came (sorted set)
--   ARGV[1] clock offset ms   ARGV[2] entry id, or 'x:' and the provider's id   ARGV[3] report JSON
--   ARGV[4] its rank, as `merge_status.lua` has them
-- Returns 1 kept; 0 a report as far or further was there.
local known = redis.call('HGET', KEYS[1], ARGV[2])
if known and cjson.decode(known).rank >= tonumber(ARGV[4]) then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', now, ARGV[2])
return 1

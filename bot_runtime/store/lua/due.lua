-- What waits for somebody in one shard.
--   KEYS[1] work   KEYS[2] lanes   KEYS[3] timers
--   ARGV[1] clock offset ms   ARGV[2] how many of each at most
-- Returns {contact ids, lane members, timer members with their due ms}; only looks, claims nothing.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
return {
  redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2]),
  redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2]),
  redis.call('ZRANGE', KEYS[3], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES'),
}

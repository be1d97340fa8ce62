-- Bring what a call came to into its contact's inbox, once, and forget the call; and claim the contact if nobody has it.
--   KEYS[1] calls   KEYS[2] contact hash   KEYS[3] inbox list   KEYS[4] work
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] member   ARGV[4] event JSON   ARGV[5] lease ms
--   ARGV[6] field of the call
-- Returns {'gone'} answered or dropped before; {'kept'}; {'claimed', epoch, contact fields, inbox head}.
if redis.call('ZREM', KEYS[1], ARGV[3]) == 0 then return {'gone'} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
redis.call('HDEL', KEYS[2], ARGV[6])
local seq = redis.call('HINCRBY', KEYS[2], 'seq', 1)
redis.call('RPUSH', KEYS[3], seq .. '|' .. ARGV[4])
local held = redis.call('ZSCORE', KEYS[4], ARGV[2])
if not held or tonumber(held) <= now and tonumber(held) % 1 == 0 then  -- as in `ingest.lua`
  redis.call('ZADD', KEYS[4], now + ARGV[5] + 0.5, ARGV[2])
  return {'claimed', redis.call('HINCRBY', KEYS[2], 'epoch', 1), redis.call('HGETALL', KEYS[2]), redis.call('LRANGE', KEYS[3], 0, 15)}
end
return {'kept'}

-- Let a call wait, to be made again later; one that was answered or dropped meanwhile stays so.
--   KEYS[1] calls   KEYS[2] contact hash
--   ARGV[1] clock offset ms   ARGV[2] member   ARGV[3] ms from now   ARGV[4] field of the call
--   ARGV[5] tries that were made of it
-- Returns 1 it waits; 0 there is no such call.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local kept = redis.call('HGET', KEYS[2], ARGV[4])
if not kept or not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[4], ARGV[5] .. '|' .. string.match(kept, '^%d+|(.*)$'))
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
return 1

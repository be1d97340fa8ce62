-- Claim a call to the outside that is due: nobody makes it now, or whoever did is gone. That counts as a try of it.
--   KEYS[1] calls   KEYS[2] contact hash
--   ARGV[1] clock offset ms   ARGV[2] member (contact|channel|id)   ARGV[3] lease ms   ARGV[4] field of the call
-- Returns false not due, answered or dropped; {number of this try, call JSON}. The field is 'tries|JSON'.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not due or tonumber(due) > now then return false end
local kept = redis.call('HGET', KEYS[2], ARGV[4])
if not kept then
  redis.call('ZREM', KEYS[1], ARGV[2])
  return false
end
local tries, call = string.match(kept, '^(%d+)|(.*)$')
redis.call('HSET', KEYS[2], ARGV[4], (tries + 1) .. '|' .. call)
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
return {tries + 1, call}

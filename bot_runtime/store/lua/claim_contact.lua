-- Claim a contact that has work and whom nobody holds (never did, or the lease ran out).
--   KEYS[1] work   KEYS[2] contact hash   KEYS[3] inbox list
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] lease ms
-- Returns false not due or nothing to do; {epoch, contact fields, inbox head}.
-- Where a lease ran out (half a millisecond in the score), its holder died or lost its way in the turn of the head event:
-- that was a try of it, kept as `tries` = 'number:tries' among the fields.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not due or tonumber(due) > now then return false end
local head = redis.call('LRANGE', KEYS[3], 0, 15)
if #head == 0 then
  redis.call('ZREM', KEYS[1], ARGV[2])
  return false
end
if tonumber(due) % 1 ~= 0 then
  local number = string.match(head[1], '^(%d+)|')
  if string.match(redis.call('HGET', KEYS[2], 'tries') or '', '^(%d+):') ~= number then
    redis.call('HSET', KEYS[2], 'tries', number .. ':1')
  end
end
redis.call('ZADD', KEYS[1], now + ARGV[3] + 0.5, ARGV[2])
return {redis.call('HINCRBY', KEYS[2], 'epoch', 1), redis.call('HGETALL', KEYS[2]), head}

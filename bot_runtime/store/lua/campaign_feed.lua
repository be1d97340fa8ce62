-- Give one pending row of a campaign to its contact, as an event in their inbox; and claim the contact if nobody has it.
--   KEYS[1] states of the rows   KEYS[2] what is left to do   KEYS[3] counts, with the gate
--   KEYS[4] contact hash   KEYS[5] inbox list   KEYS[6] work   KEYS[7] rows that wait until their contact is free
--   ARGV[1] clock offset ms   ARGV[2] row   ARGV[3] contact id   ARGV[4] event JSON   ARGV[5] channel
--   ARGV[6] canonical address   ARGV[7] spelling   ARGV[8] lease ms, 0: append only
-- Returns {'closed'} the campaign may not send now; {'done'} the row is not pending; {'kept'};
--   {'claimed', epoch, contact fields, inbox head}.
if redis.call('HGET', KEYS[3], 'gate') ~= 'sending' then return {'closed'} end
if redis.call('ZREM', KEYS[7], ARGV[2]) == 1 then redis.call('HINCRBY', KEYS[3], 'b:waiting', -1) end
local stored = redis.call('HGET', KEYS[1], ARGV[2])
local state = stored and cjson.decode(stored)
if not state or state.s ~= 'pending' then
  redis.call('LREM', KEYS[2], 1, ARGV[2])
  return {'done'}
end
state.s = 'queued'
redis.call('HSET', KEYS[1], ARGV[2], cjson.encode(state))
redis.call('LREM', KEYS[2], 1, ARGV[2])
redis.call('HINCRBY', KEYS[3], 'pending', -1)
redis.call('HINCRBY', KEYS[3], 'queued', 1)
redis.call('HSETNX', KEYS[4], '@' .. ARGV[6], ARGV[7])
if redis.call('HEXISTS', KEYS[4], 'to:' .. ARGV[5]) == 0 then redis.call('HSET', KEYS[4], 'to:' .. ARGV[5], ARGV[6]) end
local seq = redis.call('HINCRBY', KEYS[4], 'seq', 1)
redis.call('RPUSH', KEYS[5], seq .. '|' .. ARGV[4])
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[6], ARGV[3])
local lease = tonumber(ARGV[8])
if lease > 0 and (not due or tonumber(due) <= now and tonumber(due) % 1 == 0) then  -- as in `ingest.lua`
  local epoch = redis.call('HINCRBY', KEYS[4], 'epoch', 1)
  redis.call('ZADD', KEYS[6], now + lease + 0.5, ARGV[3])
  return {'claimed', epoch, redis.call('HGETALL', KEYS[4]), redis.call('LRANGE', KEYS[5], 0, 15)}
end
if not due then redis.call('ZADD', KEYS[6], now, ARGV[3]) end
return {'kept'}

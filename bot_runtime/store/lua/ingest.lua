-- Append one event to the inbox of the contact with this address, once; and claim the contact if nobody has it.
--   KEYS[1] alias of the address   KEYS[2] contact hash   KEYS[3] inbox list
--   KEYS[4] ids seen in this period (set)   KEYS[5] ids seen in the period before   KEYS[6] work (sorted set, due ms)
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] 'find' a contact, 'create' it, or it is 'known' (no alias read)
--   ARGV[4] lease ms, 0: append only   ARGV[5] id to remember (64-bit integer), '' for none   ARGV[6] seconds to remember it
--   ARGV[7] event JSON   ARGV[8] channel   ARGV[9..] pairs: canonical address, spelling; the first is the one to answer to
-- A lease that ran out is not taken over here: `claim_contact.lua` counts that as a try. Held contacts stand in work with
-- half a millisecond in their score, so that a lease that ran out is told from work that nobody began.
-- Returns {'full'} too much waits in the inbox, nothing was kept; {'seen'} had it already; {'moved', id} the address is another contact's; {'unknown'} nobody yet;
--   {'kept', new addresses} appended; {'claimed', new addresses, epoch, contact fields, inbox head} appended and ours.
if ARGV[3] ~= 'known' then
  local other = redis.call('GET', KEYS[1])
  if other then return {'moved', other} end
  if ARGV[3] == 'find' and redis.call('EXISTS', KEYS[2]) == 0 then return {'unknown'} end
end
if redis.call('LLEN', KEYS[3]) >= 10000 then return {'full'} end
if ARGV[5] ~= '' then
  if redis.call('SISMEMBER', KEYS[5], ARGV[5]) == 1 then return {'seen'} end
  if redis.call('SADD', KEYS[4], ARGV[5]) == 0 then return {'seen'} end
  if redis.call('TTL', KEYS[4]) < 0 then redis.call('EXPIRE', KEYS[4], ARGV[6]) end
end
local seq = redis.call('HINCRBY', KEYS[2], 'seq', 1)
redis.call('RPUSH', KEYS[3], seq .. '|' .. ARGV[7])
local fresh = {}
for i = 9, #ARGV, 2 do
  local field = '@' .. ARGV[i]
  local spelling = redis.call('HGET', KEYS[2], field)
  if not spelling then fresh[#fresh + 1] = ARGV[i] end
  if spelling ~= ARGV[i + 1] then redis.call('HSET', KEYS[2], field, ARGV[i + 1]) end
end
if ARGV[9] and redis.call('HGET', KEYS[2], 'to:' .. ARGV[8]) ~= ARGV[9] then
  redis.call('HSET', KEYS[2], 'to:' .. ARGV[8], ARGV[9])
end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[6], ARGV[2])
local lease = tonumber(ARGV[4])
if lease > 0 and (not due or tonumber(due) <= now and tonumber(due) % 1 == 0) then
  local epoch = redis.call('HINCRBY', KEYS[2], 'epoch', 1)
  redis.call('ZADD', KEYS[6], now + lease + 0.5, ARGV[2])
  return {'claimed', fresh, epoch, redis.call('HGETALL', KEYS[2]), redis.call('LRANGE', KEYS[3], 0, 15)}
end
if not due then redis.call('ZADD', KEYS[6], now, ARGV[2]) end
return {'kept', fresh}

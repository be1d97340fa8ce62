-- Put a dead letter's event back into its contact's inbox, under the number it had, to be tried again.
--   KEYS[1] dead letters (hash)   KEYS[2] contact hash   KEYS[3] inbox list   KEYS[4] work
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] letter id   ARGV[4] number of its event   ARGV[5] event JSON
--   ARGV[6] campaign:row that failed with it, '' for none
-- Returns 1 it waits to be taken; 0 there is no such letter (any more).
-- part: rows
if redis.call('HDEL', KEYS[1], ARGV[3]) == 0 then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
redis.call('RPUSH', KEYS[3], ARGV[4] .. '|' .. ARGV[5])
redis.call('ZADD', KEYS[4], 'NX', now, ARGV[2])
local campaign, row = string.match(ARGV[6], '^(.*):(%d+)$')
if campaign then
  local rows, counts = of_shard(KEYS[2], 'g:' .. campaign .. ':st'), of_shard(KEYS[2], 'g:' .. campaign .. ':n')
  local stored = redis.call('HGET', rows, row)
  local state = stored and cjson.decode(stored)
  if state and state.s == 'failed' then
    state.s, state.e, state.f = 'queued', nil, nil
    redis.call('HSET', rows, row, cjson.encode(state))
    redis.call('HINCRBY', counts, 'failed', -1)
    redis.call('HINCRBY', counts, 'queued', 1)
  end
end
return 1

-- Settle pending rows of a campaign in one shard as cancelled, some at a time.
--   KEYS[1] states of the rows   KEYS[2] what is left to do   KEYS[3] counts, with the gate
--   KEYS[4] rows that wait until their contact is free
--   ARGV[1] how many at most
-- Returns how many are still pending; 0 unless the gate says cancelled, for then none may be settled so.
if redis.call('HGET', KEYS[3], 'gate') ~= 'cancelled' then return 0 end
for _ = 1, ARGV[1] do
  local row = redis.call('LPOP', KEYS[2])
  if not row then
    row = redis.call('ZPOPMIN', KEYS[4])[1]
    if not row then return 0 end
    redis.call('HINCRBY', KEYS[3], 'b:waiting', -1)
  end
  local stored = redis.call('HGET', KEYS[1], row)
  local state = stored and cjson.decode(stored)
  if state and state.s == 'pending' then
    state.s = 'cancelled'
    redis.call('HSET', KEYS[1], row, cjson.encode(state))
    redis.call('HINCRBY', KEYS[3], 'pending', -1)
    redis.call('HINCRBY', KEYS[3], 'cancelled', 1)
  end
end
return redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[4])

-- Note who is to be moved from one dialog version, in one shard: everybody who is inside it now, once.
--   KEYS[1] live sessions of the version (hash contact|channel → state)   KEYS[2] to move (hash, the same)
--   KEYS[3] counts of the move (hash)
--   ARGV[1] the version
-- Returns how many were noted; the same when asked again.
local noted = redis.call('HGET', KEYS[3], 'noted:' .. ARGV[1])
if noted then return tonumber(noted) end
local found = redis.call('HGETALL', KEYS[1])
for n = 1, #found, 1000 do
  redis.call('HSET', KEYS[2], unpack(found, n, math.min(n + 999, #found)))
end
redis.call('HSET', KEYS[3], 'noted:' .. ARGV[1], #found / 2)
return #found / 2

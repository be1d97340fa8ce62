-- Let a channel send again.
--   KEYS[1] state of the channel (hash)
--   ARGV[1] clock offset ms   ARGV[2] since when (ms) the hold is that ended, '' any
-- Returns 1 it was held and is not now; 0 it was not held, or by another hold since.
local known = redis.call('HMGET', KEYS[1], 'kind', 'since')
if not known[1] or (ARGV[2] ~= '' and known[2] ~= ARGV[2]) then return 0 end
redis.call('HDEL', KEYS[1], 'kind', 'code', 'why', 'until', 'since')
return 1

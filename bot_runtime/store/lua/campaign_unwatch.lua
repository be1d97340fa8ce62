-- Look at a campaign no more, or later, unless somebody asked for a look meanwhile.
--   KEYS[1] watched (sorted set: campaign by when to look)
--   ARGV[1] campaign   ARGV[2] the score that was seen   ARGV[3] when to look next, ms ('' never)
-- Returns 1; 0 it is not as ARGV[2] says.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[1], ARGV[1]) else redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
return 1

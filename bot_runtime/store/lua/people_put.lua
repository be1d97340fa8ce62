-- Keep one entry of a hash as changed, if nobody changed it meanwhile, with the audit.
--   KEYS[1] hash   KEYS[2] audit list
--   ARGV[1] field   ARGV[2] what it was ('' nothing)   ARGV[3] what it becomes   ARGV[4] audit JSON
-- Returns 1 saved; 0 it is not as ARGV[2] says.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[4])
return 1

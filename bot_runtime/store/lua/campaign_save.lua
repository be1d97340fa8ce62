-- Keep a campaign's record as changed, if nobody changed it meanwhile, with the audit; or a new one, if there is none.
--   KEYS[1] record hash {json, rev}   KEYS[2] audit list
--   ARGV[1] rev it was ('0' none yet)   ARGV[2] JSON it becomes   ARGV[3] rev it becomes   ARGV[4] audit JSON
-- Returns 1 saved; 0 it is not as ARGV[1] says.
if (redis.call('HGET', KEYS[1], 'rev') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'json', ARGV[2], 'rev', ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[4])
return 1

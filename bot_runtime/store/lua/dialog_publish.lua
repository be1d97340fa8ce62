-- Change what is published of a dialog, if nobody changed it meanwhile: its record, a new version, a move of people.
--   KEYS[1] records (hash)   KEYS[2] this dialog's versions (list)   KEYS[3] rev (counter)   KEYS[4] audit list
--   KEYS[5] moves (hash)
--   ARGV[1] dialog   ARGV[2] record JSON as it was ('' none)   ARGV[3] record JSON it becomes   ARGV[4] audit JSON or ''
--   ARGV[5] number of the new version, 0: none   ARGV[6] its JSON   ARGV[7] name of a move, '' none   ARGV[8] its JSON
-- Returns 1 saved, or saved before; 0 it is not as ARGV[2] says. A version that is there is never written over.
local is = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if is == ARGV[3] then return 1 end
if is ~= ARGV[2] then return 0 end
if ARGV[5] ~= '0' and redis.call('LLEN', KEYS[2]) ~= ARGV[5] - 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[5] ~= '0' then redis.call('RPUSH', KEYS[2], ARGV[6]) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[5], ARGV[7], ARGV[8]) end
if ARGV[4] ~= '' then redis.call('RPUSH', KEYS[4], ARGV[4]) end
redis.call('INCR', KEYS[3])
return 1

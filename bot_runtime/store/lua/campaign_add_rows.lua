-- Add rows to a campaign's list in one shard; a row that is there already stays as it is.
--   KEYS[1] rows (hash)   KEYS[2] their states (hash)   KEYS[3] what is left to do (list)   KEYS[4] counts (hash)
--   ARGV[1] number of a row   ARGV[2] what the list brought for it (JSON)   ARGV[3] its contact's first row, where the
--   contact has several, else ''; and so on in threes
-- Returns how many were new.
local new = 0
for i = 1, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) == 1 then
    local of = ARGV[i + 2] ~= '' and ',"o":' .. ARGV[i + 2] or ''
    redis.call('HSET', KEYS[2], ARGV[i], '{"s":"pending"' .. of .. '}')
    redis.call('RPUSH', KEYS[3], ARGV[i])
    new = new + 1
  end
end
if new > 0 then redis.call('HINCRBY', KEYS[4], 'pending', new) end
return new

-- Make everything one shard holds due now: whoever held it is known to be gone (the store had a single owner).
--   KEYS[1] work   KEYS[2] lanes
--   ARGV[1] clock offset ms
-- Returns how many contacts and lanes there are.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local count = 0
for k = 1, 2 do
  for _, member in ipairs(redis.call('ZRANGE', KEYS[k], 0, -1)) do
    local at = k == 1 and redis.call('ZSCORE', KEYS[k], member) % 1 ~= 0 and now - 0.5 or now  -- still told as held
    redis.call('ZADD', KEYS[k], 'LT', at, member)
    count = count + 1
  end
end
return count

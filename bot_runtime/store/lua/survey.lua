-- How much waits in one shard, and how long the oldest has been due.
--   KEYS[1] work   KEYS[2] lanes   KEYS[3] timers   KEYS[4] dead letters (hash)
--   ARGV[1] clock offset ms
-- Returns {contacts, of them due, ms the oldest is due; the same of lanes; the same of timers; dead letters}.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local found = {}
for k = 1, 3 do
  local first = redis.call('ZRANGE', KEYS[k], 0, 0, 'WITHSCORES')
  found[#found + 1] = redis.call('ZCARD', KEYS[k])
  found[#found + 1] = redis.call('ZCOUNT', KEYS[k], '-inf', now)
  found[#found + 1] = first[2] and math.max(math.floor(now - tonumber(first[2])), 0) or 0
end
found[#found + 1] = redis.call('HLEN', KEYS[4])
return found

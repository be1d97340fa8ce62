-- Take the next look at a provider's list of templates, if it is time for one and nobody else took it.
--   KEYS[1] when to look (hash {next, by})
--   ARGV[1] clock offset ms   ARGV[2] ms until the first look, counted from whoever asks first
--   ARGV[3] ms until another may look, should this one come to nothing   ARGV[4] who asks, anew each time
-- Returns 1 it is ours; 0 not now.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due, by = unpack(redis.call('HMGET', KEYS[1], 'next', 'by'))
if by == ARGV[4] then return 1 end
if not due then
  redis.call('HSET', KEYS[1], 'next', now + ARGV[2])
  return 0
end
if now < tonumber(due) then return 0 end
redis.call('HSET', KEYS[1], 'next', now + ARGV[3], 'by', ARGV[4])
return 1

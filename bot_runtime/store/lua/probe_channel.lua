-- Ask whether one message may try a channel that is held, so that of all processes one tries at a time.
--   KEYS[1] state of the channel (hash)
--   ARGV[1] clock offset ms   ARGV[2] ms until the next one may, if this one brings no news
-- Returns 1 go and try; 0 not now; 2 the channel is not held.
local state = redis.call('HMGET', KEYS[1], 'kind', 'until')
if not state[1] then return 2 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
if state[2] == '0' or tonumber(state[2]) > now then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%d', now + ARGV[2]))
return 1

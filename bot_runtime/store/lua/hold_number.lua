-- Let nothing leave by one number for a while (the provider said so).
--   KEYS[1] rate hash of the channel
--   ARGV[1] clock offset ms   ARGV[2] ms to hold it
-- Returns ms it is held from now; a longer hold stays.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local until_ms = math.max(tonumber(redis.call('HGET', KEYS[1], 'held') or 0), now + ARGV[2])
redis.call('HSET', KEYS[1], 'held', string.format('%d', until_ms))
return until_ms - now

-- Take permits to send on one number, so that all processes together keep its rate.
--   KEYS[1] rate hash of the channel
--   ARGV[1] clock offset ms   ARGV[2] permits wanted   ARGV[3] messages a second
-- Returns {granted, ms until more}; granted is 0 while the number is held.
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000 + ARGV[1]
local state = redis.call('HMGET', KEYS[1], 'at', 'held')
local held = tonumber(state[2] or 0)
if held > now then return {0, math.ceil(held - now)} end
local step = 1000 / ARGV[3]
local at = math.max(tonumber(state[1] or 0), now - 1000)  -- a second's worth may be saved up
local granted = math.min(tonumber(ARGV[2]), math.floor((now - at) / step))
if granted > 0 then redis.call('HSET', KEYS[1], 'at', string.format('%.3f', at + granted * step)) end
return {granted, math.ceil(math.max(0, at + (granted + 1) * step - now))}

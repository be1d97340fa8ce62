-- Slow one number down, because its provider said "too fast"; it recovers by itself, a little every second.
--   KEYS[1] rate hash of the channel
--   ARGV[1] clock offset ms   ARGV[2] ms to let nothing leave at all   ARGV[3] ms in which a rate cut to nothing is whole
--   again   ARGV[4] least share of the rate that stays   ARGV[5] ms in which several such answers are one
-- Returns the share of the rate that is left, in thousandths. Answers to sends that left together halve it once.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local state = redis.call('HMGET', KEYS[1], 'held', 'cut', 'cut_at')
redis.call('HSET', KEYS[1], 'held', string.format('%d', math.max(tonumber(state[1] or 0), now + ARGV[2])))
local speed = 1
if state[2] then speed = math.min(1, tonumber(state[2]) + math.max(0, now - tonumber(state[3])) / ARGV[3]) end
if not state[3] or now - tonumber(state[3]) >= tonumber(ARGV[5]) or now < tonumber(state[3]) then
  speed = math.max(tonumber(ARGV[4]), speed / 2)
  redis.call('HSET', KEYS[1], 'cut', string.format('%.4f', speed), 'cut_at', string.format('%d', now))
end
return math.floor(speed * 1000)

-- Let nothing leave by a channel: an alarm, an open breaker, or a person's word. A stronger hold stays.
--   KEYS[1] state of the channel (hash)
--   ARGV[1] clock offset ms   ARGV[2] 'breaker', 'alarm' or 'person'   ARGV[3] error code   ARGV[4] why, for people
--   ARGV[5] ms until one message may try; 0: until a person releases it
-- Returns 1 held so from now on, and it was not; 0 it was held already.
local strength = {breaker = 1, alarm = 2, person = 3}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local known = redis.call('HGET', KEYS[1], 'kind')
if known and strength[known] > strength[ARGV[2]] then return 0 end
local next_try = ARGV[5] == '0' and '0' or string.format('%d', now + ARGV[5])
redis.call('HSET', KEYS[1], 'kind', ARGV[2], 'code', ARGV[3], 'why', ARGV[4], 'until', next_try)
if known == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'since', string.format('%d', now))
return 1

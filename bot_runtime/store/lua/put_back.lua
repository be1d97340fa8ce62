-- Count a failed try of the event at the head of the inbox and release the contact until a later try.
--   KEYS[1] contact hash   KEYS[2] work
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] epoch of the caller's claim
--   ARGV[4] number of the event   ARGV[5..] ms to wait after each try but the last
-- Returns -1 the claim is another worker's; else the number of tries of this event. At the last one the claim is kept.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return -1 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local event, tries = string.match(redis.call('HGET', KEYS[1], 'tries') or '', '^(%d+):(%d+)$')
tries = (event == ARGV[4] and tonumber(tries) or 0) + 1
redis.call('HSET', KEYS[1], 'tries', ARGV[4] .. ':' .. tries)
local wait = ARGV[4 + tries]
if wait then redis.call('ZADD', KEYS[2], now + wait, ARGV[2]) end
return tries

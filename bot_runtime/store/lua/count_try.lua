-- Count a try of the event at the head of the inbox: one that begins, or one that failed and is to be tried again later.
--   KEYS[1] contact hash   KEYS[2] work
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] epoch of the caller's claim
--   ARGV[4] number of the event   ARGV[5] which try this is   ARGV[6] ms to wait for the next, '' the claim is kept
-- Returns 1; 0 the claim is another worker's now. Counting the same try again changes nothing.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local event, tries = string.match(redis.call('HGET', KEYS[1], 'tries') or '', '^(%d+):(%d+)$')
if event ~= ARGV[4] or tonumber(tries) < tonumber(ARGV[5]) then
  redis.call('HSET', KEYS[1], 'tries', ARGV[4] .. ':' .. ARGV[5])
end
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[2], now + ARGV[6], ARGV[2]) end
return 1

-- Let a request with an `Idempotency-Key` be done once.
--   KEYS[1] what is known of that key
--   ARGV[1] clock offset ms   ARGV[2] digest of the request   ARGV[3] ms a request may take   ARGV[4] ms to remember
-- Returns {new} it is ours to do; {busy} somebody is doing it; {other} the key was used for another request;
-- {done, status, body} as it was answered.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local known = redis.call('HMGET', KEYS[1], 'digest', 'at', 'status', 'body')
local age = now - tonumber(known[2] or 0)
if known[1] and age < tonumber(ARGV[4]) then
  if known[1] ~= ARGV[2] then return {'other'} end
  if known[3] then return {'done', known[3], known[4]} end
  if age < tonumber(ARGV[3]) then return {'busy'} end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'digest', ARGV[2], 'at', string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'new'}

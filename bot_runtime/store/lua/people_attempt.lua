-- Let somebody try a password, or not yet: after too many failures in a while there is a wait, longer each time.
-- The try counts as a failure until `people_login` says otherwise, so that many at once are many.
--   KEYS[1] failures of this name   KEYS[2] failures from this address   KEYS[3] users   KEYS[4] passwords   KEYS[5] epochs
--   ARGV[1] clock offset ms   ARGV[2] name   ARGV[3] failures a name may have   ARGV[4] an address
--   ARGV[5] ms in which they count   ARGV[6] ms of the first wait   ARGV[7] ms of the longest   ARGV[8] ms to keep them
--   ARGV[9] id of this try
-- Returns {ms to wait, user JSON, password hash, epoch}; the last three are '' where there is none.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local wait = 0
for i = 1, 2 do
  wait = math.max(wait, tonumber(redis.call('HGET', KEYS[i], 'until') or 0) - now)
end
if wait > 0 then return {wait, '', '', ''} end
for i = 1, 2 do
  local known = redis.call('HMGET', KEYS[i], 'tries', 'until', 'waits')
  local tries = known[1] and cjson.decode(known[1]) or {}  -- the latest, oldest first: {ms, id}
  tries[#tries + 1] = {now, ARGV[9]}
  if #tries > tonumber(ARGV[2 + i]) then table.remove(tries, 1) end
  redis.call('HSET', KEYS[i], 'tries', cjson.encode(tries))
  if #tries == tonumber(ARGV[2 + i]) and now - tries[1][1] < tonumber(ARGV[5]) then
    local waits = tonumber(known[3] or 0)
    if now - tonumber(known[2] or 0) >= tonumber(ARGV[5]) then waits = 0 end
    local hold = math.min(tonumber(ARGV[7]), ARGV[6] * 2 ^ waits)
    redis.call('HSET', KEYS[i], 'until', string.format('%d', now + hold), 'waits', waits + 1, 'by', ARGV[9])
  end
  redis.call('PEXPIRE', KEYS[i], ARGV[8])  -- a broom
end
return {
  0,
  redis.call('HGET', KEYS[3], ARGV[2]) or '',
  redis.call('HGET', KEYS[4], ARGV[2]) or '',
  redis.call('HGET', KEYS[5], ARGV[2]) or '0',
}

-- Say what became of places taken: the message left, or nothing did.
--   KEYS[1] places (contact → ms until when it counts)
--   ARGV[1] clock offset ms   ARGV[2] ms a place counts
--   then for each: its contact   ms until when it was taken   'left' it counts from now; else what it was before (0: free)
-- Returns how many were changed; a place that somebody else took since stays as it is. Said again it changes nothing.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local changed = 0
for i = 3, #ARGV, 3 do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) == tonumber(ARGV[i + 1]) then
    local becomes = ARGV[i + 2] == 'left' and now + ARGV[2] or tonumber(ARGV[i + 2])
    if becomes > now then
      redis.call('ZADD', KEYS[1], becomes, ARGV[i])
    else
      redis.call('ZREM', KEYS[1], ARGV[i])
    end
    changed = changed + 1
  end
end
return changed

-- Take slots to send on one number: moments so far apart that no second holds more than its rate, whoever takes them.
--   KEYS[1] rate hash of the channel
--   ARGV[1] clock offset ms   ARGV[2] slots wanted   ARGV[3] messages a second   ARGV[4] ms a slot stays good
--   ARGV[5] share of the rate that this kind may take (1: all of it)   ARGV[6] ms ahead that a slot may lie
--   ARGV[7] ms in which a rate cut to nothing would be whole again
-- Returns {ms until there may be more, ms of each slot…}; no slot while the number is held. Asked again it hands out the
--   next ones: those of a lost answer pass unused.
-- What takes only a share also keeps to a line of its own, and never books far ahead: whoever may take all comes first.
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000 + ARGV[1]
local state = redis.call('HMGET', KEYS[1], 'at', 'own', 'held', 'cut', 'cut_at')
local held = tonumber(state[3] or 0)
if held > now then return {math.ceil(held - now)} end
local speed = 1
if state[4] then speed = math.min(1, tonumber(state[4]) + math.max(0, now - tonumber(state[5])) / ARGV[7]) end
local share, latest = tonumber(ARGV[5]), now + ARGV[6]
local step = (1000 + ARGV[4]) / (ARGV[3] * speed)
local at = math.max(tonumber(state[1] or 0), now)
if at > now + 1000 + 2 * step then at = now + 1000 + 2 * step end  -- only after the store's clock went back
local own = 0
if share < 1 then own = math.min(math.max(tonumber(state[2] or 0), now - 100), now + 1000 + 2 * step / share) end
local reply = {0}
for _ = 1, ARGV[2] do
  local slot = math.max(at, own)
  if slot > latest then break end
  reply[#reply + 1] = string.format('%.3f', slot)
  at = slot + step
  if share < 1 then own = own + step / share end
end
if #reply > 1 then
  redis.call('HSET', KEYS[1], 'at', string.format('%.3f', at))
  if share < 1 then redis.call('HSET', KEYS[1], 'own', string.format('%.3f', own)) end
end
reply[1] = math.max(1, math.ceil(math.max(at, own) - latest))
return reply

-- Keep watch over the timers: after a time when nobody did, none fires for a while (providers redeliver what they could not
-- bring, and an answer in time wins), and those overdue then fire a few at a time.
--   KEYS[1] the watch (hash): seen, the store's clock when somebody looked last; late, timers due until then are overdue;
--           paid, when the next overdue one may fire; steady, ms by which all go on after the clock jumped
--   ARGV[1] clock offset ms   ARGV[2] overdue timers the caller would fire
--   ARGV[3] ms nobody may look before it counts as downtime   ARGV[4] ms that timers are held then
--   ARGV[5] ms from one overdue timer to the next             ARGV[6] the caller's steady ms, '' it has just begun
-- Returns {ms to hold all timers, ms until which timers count as overdue, how many of those the caller may fire now,
--   the store's clock in ms, steady ms}.
local t = redis.call('TIME')
local wall = t[1] * 1000 + math.floor(t[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'seen', 'late', 'paid', 'steady')
local seen, late, paid, steady = tonumber(kept[1]), tonumber(kept[2]) or 0, tonumber(kept[3]) or 0, ARGV[6]
local alone = not seen or wall - seen > tonumber(ARGV[3])
if steady == '' then steady = not alone and kept[4] or 0 end  -- whoever runs already knows of a jump
local now = wall + ARGV[1]
if seen and alone then
  late = now + ARGV[4]
  redis.call('HSET', KEYS[1], 'late', late)
end
redis.call('HSET', KEYS[1], 'seen', wall, 'steady', steady)
local wanted, each = tonumber(ARGV[2]), tonumber(ARGV[5])
local granted = 0
if late <= now and wanted > 0 then
  if paid < now - 40 * each or paid > now + each then paid = now - 40 * each end
  granted = math.min(wanted, math.floor((now - paid) / each))
  redis.call('HSET', KEYS[1], 'paid', paid + granted * each)
end
return {math.max(late - now, 0), late, granted, wall, tonumber(steady)}

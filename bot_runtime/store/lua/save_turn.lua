-- Save a turn: what it changed, its outbox entries, timers and journal, and the event gone from the inbox; or none of it.
--   KEYS[1] contact hash   KEYS[2] inbox list   KEYS[3] work   KEYS[4] timers   KEYS[5] journal list
--   KEYS[6] outbox hash    KEYS[7] lane list    KEYS[8] lanes  KEYS[9..] those that changes name by their number
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] epoch of the caller's claim   ARGV[4] number of the event taken
--   ARGV[5] lease ms          ARGV[6] lane lease ms, 0: leave the lane to others         ARGV[7] lane member (contact|channel)
--   ARGV[8] journal lines to keep, 0: no journal
--   then the changes there are, of each kind: its name, how many values follow, the values
--     set      fields of the contact: name, value …          unset    fields to remove: name …
--     cancel   timers to remove: member …                    start    timers: member, ms from now or @ms on the store's clock …
--     journal  lines …                                       send     entries: number, meta JSON, payload JSON,
--                                                            event to append once the provider took it or '' …
--     unfit    answers: number of their list's KEYS, JSON …  tickets  listed: number of KEYS, member, order or '' to unlist …
--     closed   tickets: number of KEYS, number, JSON …       feed     lines: number of the stream's KEYS, JSON …
--     rows     of campaigns: campaign:row, status to move to or '', its cause, ticket or '', 'answered', 'late' or '',
--              answers as a JSON object or '' …; 'held': until its contact is free, the cause is the ms to look again
--     count    hash of the shard, what, how many …           calls    to make: member, ms from now, or '' to drop it …
--     place    where the session stands now: dialog version, state or '' where it is gone from it (the member is ARGV[7]) …
--     moved    what became of it in a move of people: the move, the outcome; counted if it was still to do …
--     outcome  of the request that this event was: number of KEYS, JSON
--     dead     the dead letter to keep (under contact.number): number of KEYS, JSON
-- Returns {-1} the claim is another worker's; {0} saved before (that event is no longer first);
--   {1, inbox head, lane epoch} saved. An empty inbox head: the contact was released. Lane epoch 0: the lane is not ours
--   (what it held before goes first, whoever sends it).
-- part: rows
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return {-1} end
local head = redis.call('LINDEX', KEYS[2], 0)
if not head or string.sub(head, 1, #ARGV[4] + 1) ~= ARGV[4] .. '|' then return {0} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local lane_epoch = 0
local i, given = 9, #ARGV
while i <= given do
  local what, from = ARGV[i], i + 2
  local to = i + 1 + ARGV[i + 1]
  i = to + 1
  if what == 'set' then
    redis.call('HSET', KEYS[1], unpack(ARGV, from, to))
  elseif what == 'unset' then
    redis.call('HDEL', KEYS[1], unpack(ARGV, from, to))
  elseif what == 'cancel' then
    redis.call('ZREM', KEYS[4], unpack(ARGV, from, to))
  elseif what == 'start' then
    for n = from, to, 2 do
      local at = string.match(ARGV[n + 1], '^@(%d+)$')
      redis.call('ZADD', KEYS[4], at or now + ARGV[n + 1], ARGV[n])
    end
  elseif what == 'journal' then
    if ARGV[8] ~= '0' and redis.call('RPUSH', KEYS[5], unpack(ARGV, from, to)) > tonumber(ARGV[8]) then
      redis.call('LTRIM', KEYS[5], -ARGV[8], -1)
    end
  elseif what == 'send' then
    for n = from, to, 4 do
      redis.call('HSET', KEYS[6], ARGV[n], ARGV[n + 1], ARGV[n] .. ':p', ARGV[n + 2])
      if ARGV[n + 3] ~= '' then redis.call('HSET', KEYS[6], ARGV[n] .. ':a', ARGV[n + 3]) end
      redis.call('RPUSH', KEYS[7], ARGV[n])
    end
    local due = redis.call('ZSCORE', KEYS[8], ARGV[7])
    if ARGV[6] ~= '0' and not due then
      lane_epoch = redis.call('HINCRBY', KEYS[6], 'epoch:' .. string.match(ARGV[7], '|(.*)$'), 1)
      redis.call('ZADD', KEYS[8], now + ARGV[6], ARGV[7])
    elseif not due then
      redis.call('ZADD', KEYS[8], now, ARGV[7])
    end
  elseif what == 'unfit' then
    local unfit = KEYS[tonumber(ARGV[from])]
    if redis.call('RPUSH', unfit, unpack(ARGV, from + 1, to)) > 10000 then redis.call('LTRIM', unfit, -10000, -1) end
  elseif what == 'tickets' then
    for n = from, to, 3 do
      if ARGV[n + 2] == '' then
        redis.call('ZREM', KEYS[tonumber(ARGV[n])], ARGV[n + 1])
      else
        redis.call('ZADD', KEYS[tonumber(ARGV[n])], ARGV[n + 2], ARGV[n + 1])
      end
    end
  elseif what == 'closed' then
    redis.call('HSET', KEYS[tonumber(ARGV[from])], unpack(ARGV, from + 1, to))
  elseif what == 'feed' then
    for n = from + 1, to do
      redis.call('XADD', KEYS[tonumber(ARGV[from])], 'MAXLEN', '~', 5000, '*', 'line', ARGV[n])
    end
  elseif what == 'rows' then
    for n = from, to, 6 do
      if ARGV[n + 1] == 'held' then
        row_held(KEYS[1], ARGV[n], ARGV[n + 2], now)
      elseif ARGV[n + 1] ~= '' then
        row_to(KEYS[1], ARGV[n], ARGV[n + 1], ARGV[n + 2], now)
      end
      row_note(KEYS[1], ARGV[n], ARGV[n + 3], ARGV[n + 4], ARGV[n + 5], now)
    end
  elseif what == 'count' then
    for n = from, to, 3 do redis.call('HINCRBY', of_shard(KEYS[1], ARGV[n]), ARGV[n + 1], ARGV[n + 2]) end
  elseif what == 'place' then
    for n = from, to, 2 do
      local on, people = of_shard(KEYS[1], 'on:' .. ARGV[n]), of_shard(KEYS[1], 'on')
      if ARGV[n + 1] ~= '' then
        if redis.call('HSET', on, ARGV[7], ARGV[n + 1]) == 1 then redis.call('HINCRBY', people, ARGV[n], 1) end
      elseif redis.call('HDEL', on, ARGV[7]) == 1 and redis.call('HINCRBY', people, ARGV[n], -1) == 0 then
        redis.call('HDEL', people, ARGV[n])
      end
    end
  elseif what == 'moved' then
    for n = from, to, 2 do
      local move = of_shard(KEYS[1], 'mv:' .. ARGV[n])
      if redis.call('HDEL', move .. ':todo', ARGV[7]) == 1 then redis.call('HINCRBY', move .. ':n', ARGV[n + 1], 1) end
    end
  elseif what == 'calls' then
    local calls = of_shard(KEYS[1], 'calls')
    for n = from, to, 2 do
      if ARGV[n + 1] == '' then
        redis.call('ZREM', calls, ARGV[n])
      else
        redis.call('ZADD', calls, now + ARGV[n + 1], ARGV[n])
      end
    end
  elseif what == 'outcome' then
    redis.call('SET', KEYS[tonumber(ARGV[from])], ARGV[to], 'EX', 86400)
  elseif what == 'dead' then
    redis.call('HSET', KEYS[tonumber(ARGV[from])], ARGV[2] .. '.' .. ARGV[4], ARGV[to])
  end
end
redis.call('LPOP', KEYS[2])
local rest = redis.call('LRANGE', KEYS[2], 0, 15)
if #rest == 0 then
  redis.call('ZREM', KEYS[3], ARGV[2])
else
  redis.call('ZADD', KEYS[3], now + ARGV[5] + 0.5, ARGV[2])
end
return {1, rest, lane_epoch}

-- Save a turn: what it changed, its outbox entries, timers and journal, and the event gone from the inbox; or none of it.
--   KEYS[1] contact hash   KEYS[2] inbox list   KEYS[3] work   KEYS[4] timers   KEYS[5] journal list
--   KEYS[6] outbox hash    KEYS[7] lane list    KEYS[8] lanes   KEYS[9] dead letters (hash)
--   KEYS[10] unfit answers (list)   KEYS[11] closed tickets (hash)   KEYS[12] feed (stream)
--   KEYS[13] outcome of the request that this event was, its own key   KEYS[14..] lists of tickets (sorted sets)
--   ARGV[1] clock offset ms   ARGV[2] contact id   ARGV[3] epoch of the caller's claim   ARGV[4] number of the event taken
--   ARGV[5] lease ms          ARGV[6] lane lease ms, 0: leave the lane to others         ARGV[7] lane member (contact|channel)
--   ARGV[8] journal lines to keep, 0: no journal
--   then fifteen lists, each led by its length: fields to set (name, value); fields to remove; timers to remove (members);
--   timers to start (member, ms from now, or
--   @ms on the store's clock); journal lines; outbox entries (number, meta JSON, payload JSON,
--   event to append once the provider took it or '');
--   unfit answers (JSON); tickets to list or unlist (number of its KEYS, member, order or '' to unlist);
--   closed tickets (number, JSON); feed lines (JSON);
--   campaign rows (campaign:row, status to move to or '', its cause, ticket or '', 'answered', 'late' or '',
--   answers as a JSON object or '');
--   what to count (hash of the shard, what, how many);
--   where the session stands now: dialog version, state or '' where it is gone from it (the member is ARGV[7]);
--   what became of it in a move of people: the move, the outcome; counted if it was still to do;
--   calls to make (member of the shard's calls, ms from now, or '' to drop it)
--   last but one: the request's outcome, '' for none
--   last: the dead letter to keep (under contact.number), '' for none
-- Returns {-1} the claim is another worker's; {0} saved before (that event is no longer first);
--   {1, inbox head, lane epoch} saved. An empty inbox head: the contact was released. Lane epoch 0: the lane is not ours
--   (what it held before goes first, whoever sends it).
-- part: rows
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return {-1} end
local head = redis.call('LINDEX', KEYS[2], 0)
if not head or string.sub(head, 1, #ARGV[4] + 1) ~= ARGV[4] .. '|' then return {0} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local i = 9
local function list(width)
  local first = i + 1
  i = first + ARGV[i] * width
  return first, i - 1
end

local from, to = list(2)
if to >= from then redis.call('HSET', KEYS[1], unpack(ARGV, from, to)) end
from, to = list(1)
if to >= from then redis.call('HDEL', KEYS[1], unpack(ARGV, from, to)) end
from, to = list(1)
if to >= from then redis.call('ZREM', KEYS[4], unpack(ARGV, from, to)) end
from, to = list(2)
for n = from, to, 2 do
  local at = string.match(ARGV[n + 1], '^@(%d+)$')
  redis.call('ZADD', KEYS[4], at or now + ARGV[n + 1], ARGV[n])
end
from, to = list(1)
if to >= from and ARGV[8] ~= '0' then
  if redis.call('RPUSH', KEYS[5], unpack(ARGV, from, to)) > tonumber(ARGV[8]) then
    redis.call('LTRIM', KEYS[5], -ARGV[8], -1)
  end
end
from, to = list(4)
local lane_epoch = 0
if to >= from then
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
end
from, to = list(1)
if to >= from and redis.call('RPUSH', KEYS[10], unpack(ARGV, from, to)) > 10000 then
  redis.call('LTRIM', KEYS[10], -10000, -1)
end
from, to = list(3)
for n = from, to, 3 do
  if ARGV[n + 2] == '' then
    redis.call('ZREM', KEYS[tonumber(ARGV[n])], ARGV[n + 1])
  else
    redis.call('ZADD', KEYS[tonumber(ARGV[n])], ARGV[n + 2], ARGV[n + 1])
  end
end
from, to = list(2)
if to >= from then redis.call('HSET', KEYS[11], unpack(ARGV, from, to)) end
from, to = list(1)
for n = from, to do redis.call('XADD', KEYS[12], 'MAXLEN', '~', 5000, '*', 'line', ARGV[n]) end
from, to = list(6)
for n = from, to, 6 do
  if ARGV[n + 1] ~= '' then row_to(KEYS[1], ARGV[n], ARGV[n + 1], ARGV[n + 2], now) end
  row_note(KEYS[1], ARGV[n], ARGV[n + 3], ARGV[n + 4], ARGV[n + 5], now)
end
from, to = list(3)
for n = from, to, 3 do redis.call('HINCRBY', of_shard(KEYS[1], ARGV[n]), ARGV[n + 1], ARGV[n + 2]) end
from, to = list(2)
for n = from, to, 2 do
  local on, people = of_shard(KEYS[1], 'on:' .. ARGV[n]), of_shard(KEYS[1], 'on')
  if ARGV[n + 1] ~= '' then
    if redis.call('HSET', on, ARGV[7], ARGV[n + 1]) == 1 then redis.call('HINCRBY', people, ARGV[n], 1) end
  elseif redis.call('HDEL', on, ARGV[7]) == 1 and redis.call('HINCRBY', people, ARGV[n], -1) == 0 then
    redis.call('HDEL', people, ARGV[n])
  end
end
from, to = list(2)
for n = from, to, 2 do
  local move = of_shard(KEYS[1], 'mv:' .. ARGV[n])
  if redis.call('HDEL', move .. ':todo', ARGV[7]) == 1 then redis.call('HINCRBY', move .. ':n', ARGV[n + 1], 1) end
end
from, to = list(2)
for n = from, to, 2 do
  local calls = of_shard(KEYS[1], 'calls')
  if ARGV[n + 1] == '' then redis.call('ZREM', calls, ARGV[n]) else redis.call('ZADD', calls, now + ARGV[n + 1], ARGV[n]) end
end
if ARGV[i] ~= '' then redis.call('SET', KEYS[13], ARGV[i], 'EX', 86400) end
if ARGV[i + 1] ~= '' then redis.call('HSET', KEYS[9], ARGV[2] .. '.' .. ARGV[4], ARGV[i + 1]) end
redis.call('LPOP', KEYS[2])
local rest = redis.call('LRANGE', KEYS[2], 0, 15)
if #rest == 0 then
  redis.call('ZREM', KEYS[3], ARGV[2])
else
  redis.call('ZADD', KEYS[3], now + ARGV[5] + 0.5, ARGV[2])
end
return {1, rest, lane_epoch}

-- Part of scripts: a campaign's rows in the shard of the contact whose keys the script has. The keys below are built from
-- one of KEYS, so they are in its slot; `campaign:row` is kept with the entry, and only the store can look there in time.
local function of_shard(key, name) return string.match(key, '^(.-}:)') .. name end
local function of_contact(key) return string.match(key, '}:%a+:([^:]+)') end

local ROW_RANK = {
  pending = 0, queued = 1, unknown = 2, cancelled = 3, expired = 3, skipped = 3, sent = 4, failed = 4, delivered = 5, read = 6,
}
local ROW_TIME = {sent = 'a', delivered = 'd', read = 'r', failed = 'f', expired = 'f'}

-- Count a contact once, however many rows it has: where they are several, all name the first (`o`), which bears the mark.
local function count_contact(key, campaign, state, mark, what)
  if state.o and redis.call('HSETNX', of_shard(key, 'g:' .. campaign .. ':twice'), state.o .. ':' .. mark, 1) == 0 then
    return
  end
  redis.call('HINCRBY', of_shard(key, 'g:' .. campaign .. ':n'), what, 1)
end

-- Move a row on to `status`, never back, and the counts of its shard with it.
local function row_to(key, g, status, code, at)
  local campaign, row = string.match(g, '^(.*):(%d+)$')
  local rows, counts = of_shard(key, 'g:' .. campaign .. ':st'), of_shard(key, 'g:' .. campaign .. ':n')
  local stored = redis.call('HGET', rows, row)
  if not stored then return end
  local state = cjson.decode(stored)
  local newer = ROW_RANK[status] > ROW_RANK[state.s] or (status == 'failed' and state.s == 'sent')
  if not newer then return end
  redis.call('HINCRBY', counts, state.s, -1)
  redis.call('HINCRBY', counts, status, 1)
  if ROW_RANK[status] >= ROW_RANK.delivered and ROW_RANK[state.s] < ROW_RANK.delivered then
    count_contact(key, campaign, state, 'reached', 'reached')
  end
  if not state.a and status ~= 'failed' and ROW_RANK[status] >= ROW_RANK.sent then
    state.a = at  -- a report may be the first that is known of it
    redis.call('HINCRBY', counts, 'accepted', 1)
    if at > tonumber(redis.call('HGET', counts, 'last') or 0) then redis.call('HSET', counts, 'last', at) end
  end
  state.s = status
  if code ~= '' then state.e = code end
  if status ~= 'sent' and ROW_TIME[status] then state[ROW_TIME[status]] = at end
  redis.call('HSET', rows, row, cjson.encode(state))
end

-- The first proof that the provider took a campaign's message: its contact gets the event that gives birth to the ticket.
local function row_accepted(outbox, number, meta, at, now)
  if not meta.g or meta.b then return end
  local event = redis.call('HGET', outbox, number .. ':a')
  if not event then return end
  meta.b = 1
  local contact = of_contact(outbox)
  local seq = redis.call('HINCRBY', of_shard(outbox, 'c:' .. contact), 'seq', 1)
  local told = string.sub(event, 1, -2) .. string.format(',"accepted_ms":%d,"message_id":%s}', at, cjson.encode(meta.x or ''))
  redis.call('RPUSH', of_shard(outbox, 'i:' .. contact), seq .. '|' .. told)
  redis.call('ZADD', of_shard(outbox, 'work'), 'NX', now, contact)
  redis.call('HDEL', outbox, number .. ':a')
end

-- A queued row whose message did not leave goes back to the head of what is left to do.
local function row_back(key, g)
  local campaign, row = string.match(g, '^(.*):(%d+)$')
  local rows, counts = of_shard(key, 'g:' .. campaign .. ':st'), of_shard(key, 'g:' .. campaign .. ':n')
  local stored = redis.call('HGET', rows, row)
  local state = stored and cjson.decode(stored)
  if not state or state.s ~= 'queued' then return end
  redis.call('HINCRBY', counts, 'queued', -1)
  redis.call('HINCRBY', counts, 'pending', 1)
  state.s = 'pending'
  redis.call('HSET', rows, row, cjson.encode(state))
  redis.call('LPUSH', of_shard(key, 'g:' .. campaign .. ':todo'), row)
end

-- A queued row whose contact is in a conversation: it is looked at again at a time, by whoever gives out what is left.
local function row_held(key, g, again_at, now)
  local campaign, row = string.match(g, '^(.*):(%d+)$')
  local rows, counts = of_shard(key, 'g:' .. campaign .. ':st'), of_shard(key, 'g:' .. campaign .. ':n')
  local stored = redis.call('HGET', rows, row)
  local state = stored and cjson.decode(stored)
  if not state or state.s ~= 'queued' then return end
  if redis.call('HGET', counts, 'gate') == 'cancelled' then return row_to(key, g, 'cancelled', '', now) end
  if not state.h then
    state.h = now
    redis.call('HINCRBY', counts, 'b:queued', 1)
  end
  state.s = 'pending'
  redis.call('HSET', rows, row, cjson.encode(state))
  redis.call('HINCRBY', counts, 'queued', -1)
  redis.call('HINCRBY', counts, 'pending', 1)
  redis.call('HINCRBY', counts, 'b:waiting', 1)
  redis.call('ZADD', of_shard(key, 'g:' .. campaign .. ':held'), again_at, row)
end

-- A row in doubt whose message is to be sent once more.
local function row_again(key, g)
  local campaign, row = string.match(g, '^(.*):(%d+)$')
  local rows, counts = of_shard(key, 'g:' .. campaign .. ':st'), of_shard(key, 'g:' .. campaign .. ':n')
  local stored = redis.call('HGET', rows, row)
  local state = stored and cjson.decode(stored)
  if not state or state.s ~= 'unknown' then return end
  redis.call('HINCRBY', counts, 'unknown', -1)
  redis.call('HINCRBY', counts, 'queued', 1)
  state.s, state.e = 'queued', nil
  redis.call('HSET', rows, row, cjson.encode(state))
end

-- Note a row's ticket, the first answer ('answered', or 'late' after its wait), and what was answered (texts by name).
local function row_note(key, g, ticket, answer, answers, at)
  local campaign, row = string.match(g, '^(.*):(%d+)$')
  local rows = of_shard(key, 'g:' .. campaign .. ':st')
  local stored = redis.call('HGET', rows, row)
  if not stored or (ticket == '' and answer == '' and answers == '') then return end
  local state = cjson.decode(stored)
  if ticket ~= '' then state.t = ticket end
  if answer ~= '' and not state.w then
    state.w = at
    if answer == 'late' then state.l = 1 end
    count_contact(key, campaign, state, 'answered', answer)
  end
  if answers ~= '' then
    local kept = state.x or {}
    for name, text in pairs(cjson.decode(answers)) do kept[name] = text ~= '' and text or nil end
    state.x = next(kept) and kept or nil
  end
  redis.call('HSET', rows, row, cjson.encode(state))
end

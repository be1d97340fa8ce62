#!lua name=survey
-- The bare steps that the server is measured against. All keys of one message: dedupe, session, outbox (one hash slot in a cluster: {contact}).
local DEDUPE_TTL, SESSION_TTL = 86400, 3600
local NEXT = {start='rating', rating='agree', agree='topic', topic='comment', comment='email', email='done'}

local function reply(to, state)
  return '{"messaging_product":"whatsapp","recipient_type":"individual","to":"' .. to ..
         '","type":"text","text":{"preview_url":false,"body":"Question ' .. state .. ': please answer"}}'
end

-- step(dedupe, session, outbox; contact, text): the whole message in one call, state advanced in Lua.
redis.register_function('step', function(k, a)
  if not redis.call('SET', k[1], '1', 'NX', 'EX', DEDUPE_TTL) then return 'dup' end
  local raw = redis.call('GET', k[2])
  local s = raw and cjson.decode(raw) or {v=0, dialog='survey@1', state='start', answers={}, contact=a[1], lang='pt-BR', channel='whatsapp', started=1790000000}
  if s.state ~= 'start' then s.answers[s.state] = a[2] end
  s.state = NEXT[s.state] or 'rating'; s.v = s.v + 1
  redis.call('SET', k[2], cjson.encode(s), 'EX', SESSION_TTL)
  redis.call('RPUSH', k[3], reply(a[1], s.state))
  return s.state
end)

-- commit(dedupe, session, outbox; expected version, new version, session, reply): the state was
-- advanced by the caller. The version lives in the session hash beside the body, so no decoding.
-- -> 'ok' | 'dup' | {version, body} when the caller's copy was stale.
redis.register_function('commit', function(k, a)
  local cur = redis.call('HMGET', k[2], 'v', 'b')
  if redis.call('EXISTS', k[1]) == 1 then return 'dup' end
  if (cur[1] or '0') ~= a[1] then return {cur[1] or '0', cur[2] or ''} end
  redis.call('SET', k[1], '1', 'EX', DEDUPE_TTL)
  redis.call('HSET', k[2], 'v', a[2], 'b', a[3])
  redis.call('EXPIRE', k[2], SESSION_TTL)
  redis.call('RPUSH', k[3], a[4])
  return 'ok'
end)

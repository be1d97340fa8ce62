-- Let a further address point to its contact, unless it is a contact's own or points elsewhere.
--   KEYS[1] alias of the address   KEYS[2] hash of the contact that the address alone would give
--   ARGV[1] contact id to point to, '' only looks
-- Returns the id the address belongs to now; '' the address is the contact of KEYS[2]; false it is nobody's.
local other = redis.call('GET', KEYS[1])
if other then return other end
if redis.call('EXISTS', KEYS[2]) == 1 then return '' end
if ARGV[1] == '' then return false end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]

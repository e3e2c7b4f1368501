-- A: leases [[member, holder that was seen], …] of the dead; loss_cap, reason, forgive (on purpose: no loss is counted).
-- Another holder's lease is left alone.
for _, lease in ipairs(A.leases) do
  if call('HGET', P .. 'holder', lease[1]) == lease[2] then lose(lease[1], A.reason, A.forgive) end
end
return reply()

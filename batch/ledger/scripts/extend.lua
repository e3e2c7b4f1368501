-- A: lease_ms, leases [[member, holder#attempt], …]. Gives those that are lost.
out.lost = {}
for _, lease in ipairs(A.leases) do
  if call('HGET', P .. 'holder', lease[1]) == lease[2] then
    call('ZADD', P .. 'lease', now + A.lease_ms, lease[1])
  else
    out.lost[#out.lost + 1] = lease[1]
  end
end
return reply()

"""What the broker's one user must be allowed, and no more, as a line of Redis' ACL (Redis 6.2 or newer).

Found by running a datastrip as a user who may do all and reading `INFO commandstats` and `MONITOR`; added is
what the Lua scripts and kombu 5.7 call on rarer ways (a message handed back, a lost connection). A test runs
with exactly these rights and reads `ACL LOG`.
"""

#: The ledger; Celery's queues; kombu's bindings and its messages under way; Celery's remote control.
KEYS = ("vds*", "stage.*", "_kombu.binding*", "unacked*", "*.celery.pidbox*")
#: Celery's remote control and heartbeats, in database 0. PSUBSCRIBE needs its pattern here letter by letter.
CHANNELS = ("/0.celery.pidbox", "/0.celeryev/*")
COMMANDS = (
    "auth hello ping select info time "
    "eval evalsha script|load script|exists multi exec discard watch unwatch "
    "get set del exists pexpire "
    "hget hmget hset hsetnx hdel hgetall hkeys hvals hlen hincrby "
    "lpush rpush rpop brpop llen lrange "
    "sadd srem smembers sismember scard sunion "
    "zadd zrem zrange zrangebyscore zrevrangebyscore zcard zscore "
    "publish subscribe unsubscribe psubscribe punsubscribe"
)

#: Nobody can log in as Redis' own user, yet it keeps its rights: Redis 7.0 reads its append-only file as this
#: user and would refuse what stands there between MULTI and EXEC, which is all that the Lua scripts wrote.
DEFAULT_USER = "user default off ~* &* +@all"


def acl_rules() -> str:
    """`resetkeys ~… resetchannels &… -@all +…`: what follows user, `on` and password."""
    keys, channels = (" ".join(sign + one for one in many) for sign, many in (("~", KEYS), ("&", CHANNELS)))
    return f"resetkeys {keys} resetchannels {channels} -@all {' '.join('+' + c for c in COMMANDS.split())}"

"""What the broker's users must be allowed, and no more, as lines of Redis' ACL (Redis 6.2 or newer).

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

#: Monitoring only reads: the ledger and how long Celery's queues are (`vds exporter`), and what Redis says of
#: itself (Prometheus' Redis exporter). Found in the same way.
MONITOR_KEYS = ("vds*", "stage.*")
MONITOR_COMMANDS = (
    "auth hello ping select info time client|setname latency|latest slowlog|get slowlog|len "
    "hgetall hkeys hvals llen scard smembers zrange"
)


def acl_rules() -> str:
    """`resetkeys ~… resetchannels &… -@all +…`: what follows user, `on` and password."""
    return _rules(KEYS, CHANNELS, COMMANDS)


def monitor_rules() -> str:
    """The same for the user of monitoring."""
    return _rules(MONITOR_KEYS, (), MONITOR_COMMANDS)


def _rules(keys: tuple[str, ...], channels: tuple[str, ...], commands: str) -> str:
    words = ["resetkeys", *("~" + k for k in keys), "resetchannels", *("&" + c for c in channels), "-@all"]
    return " ".join([*words, *("+" + c for c in commands.split())])

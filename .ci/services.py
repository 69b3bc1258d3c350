"""The PostgreSQL and the Redis of one CI run: those that answer, or else our own.

`up` prints DATABASE_URL=… and REDIS_URL=…, with a database that belongs to this run. `down` with
those two lines takes away what `up` made.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

import psycopg
import redis

OUR_REDIS = "redis://127.0.0.1:6399/0"
NAME = "homecare_ci_"


def say(text):
    print(text, file=sys.stderr)


def up():
    print(f"DATABASE_URL={database()}")
    print(f"REDIS_URL={a_redis()}")


def database():
    given = [os.environ.get("DATABASE_URL"), "postgres://postgres@127.0.0.1:5432/postgres"]
    url = next(filter(may_make_databases, filter(None, given)), None) or own_role()
    name = NAME + secrets.token_hex(4)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def may_make_databases(url):
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def own_role():
    """Ask the server on this machine, started where it is not running, for a role of our own."""
    version, cluster, port, state = subprocess.check_output(
        ["pg_lsclusters", "--no-header"], text=True
    ).split()[:4]
    if not state.startswith("online"):
        as_user("root", "pg_ctlcluster", "--skip-systemctl-redirect", version, cluster, "start")
    password = secrets.token_hex(16)
    role = f"{NAME}{secrets.token_hex(4)}"
    make = f"CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}'"
    as_user("postgres", "psql", "--quiet", "--port", port, "--command", make, "postgres")
    say(f"PostgreSQL {version} on port {port}, with a role of its own.")
    return f"postgres://{role}:{password}@127.0.0.1:{port}/postgres"


def as_user(user, *command):
    if user == "root" and os.geteuid() == 0:
        before = []
    elif os.geteuid() == 0:
        before = ["runuser", "-u", user, "--"]
    else:
        before = ["sudo", "-n", "-u", user]
    subprocess.run([*before, *command], check=True, cwd="/", stdout=sys.stderr)


def a_redis():
    for url in filter(None, [os.environ.get("REDIS_URL"), "redis://127.0.0.1:6379/0", OUR_REDIS]):
        if answers(url):
            return url
    say("Starting a Redis on port 6399.")
    command = [shutil.which("redis-server") or "redis-server", "--port", "6399", "--save", ""]
    command += [
        "--bind",
        "127.0.0.1",
        "--appendonly",
        "no",
        "--daemonize",
        "yes",
        "--dir",
        tempfile.gettempdir(),
    ]
    subprocess.run(command, check=True, stdout=sys.stderr)
    deadline = time.monotonic() + 10
    while not answers(OUR_REDIS):
        if time.monotonic() > deadline:
            sys.exit("Redis does not answer on port 6399.")
        time.sleep(0.1)
    return OUR_REDIS


def answers(url):
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return client.ping()
    except redis.RedisError:
        return False


def down(database_url=None, redis_url=None):
    if database_url:
        drop(urlsplit(database_url))
    if redis_url == OUR_REDIS and answers(redis_url):
        with redis.Redis.from_url(redis_url) as client:
            client.shutdown(nosave=True)


def drop(url):
    """Drop the run's database and those that the suite made beside it, and its role."""
    name = url.path.removeprefix("/")
    if not name.startswith(NAME):
        return
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s", [f"^(test_)?{name}(_gw\\d+)?$"]
        ).fetchall()
        for (database_name,) in found:
            connection.execute(f'DROP DATABASE "{database_name}" WITH (FORCE)')
    if (url.username or "").startswith(NAME):
        port = str(url.port)
        gone = f"DROP ROLE {url.username}"
        as_user("postgres", "psql", "--quiet", "--port", port, "--command", gone, "postgres")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["up"]:
            up()
        case ["down", *lines]:
            down(*[re.sub(r"^\w+=", "", line) for line in lines])

#!/usr/bin/env python3
"""Random plans of migrations, with failures, edits and kills at each step.

    migrate_plans.py ENGINE FIRST COUNT WORKERS DIR

A plan is 1 to 20 steps, each SQL in a transaction, SQL outside of one, or a
script, that depend on each other at random.  Each step has up to three troubles
on its way up, and perhaps one on its way down: it is wrong until it is mended,
or row-migrate is killed at one of the points of its run, or from outside at any
time.  Texts are edited before and after they were applied, and some steps come
late, out of order.

After each event "status" is asked.  Where something did not go well it must say
so in words and name the next command; that very command, when the cause is
mended, must go on.  In the end every step has had its effect exactly once, each
after those that it depends on.  Nothing here writes the history.

Prints "plan SEED: what is wrong" for each plan that breaks a promise, and how
much there was of each trouble.
"""
import collections
import concurrent.futures
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

engine, first, count, workers, top = (
    sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]),
    sys.argv[5])
seen = collections.Counter()


class Broken(Exception):
    pass


class Step:
    def __init__(self, rng, number, earlier):
        # Names do not follow dependencies.
        self.name = "%02d_%s%d" % (rng.randrange(100), rng.choice("abc"),
                                   number)
        self.number = number
        self.kind = rng.choice(["sql", "sql", "statements", "script"])
        self.depends = rng.sample(earlier, min(len(earlier),
                                               rng.choice([0, 0, 1, 2])))
        self.troubles = {
            "up": [self.trouble(rng)
                   for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3]))],
            "down": [self.trouble(rng)
                     for _ in range(rng.choice([0, 0, 0, 1]))]}
        self.slow = any(t in ("midst", "sigkill")
                        for t in sum(self.troubles.values(), []))
        self.note = 0

    def trouble(self, rng):
        what = rng.choice(["fail", "fail", "before", "midst", "after",
                           "sigkill"])
        # What watches over a script that is killed takes a second to go.
        if self.kind == "script" and what in ("midst", "sigkill") and \
                rng.random() < 0.7:
            what = "fail"
        return what

    def next(self, part):
        return self.troubles[part][0] if self.troubles[part] else None


class Plan:
    def __init__(self, seed, worker):
        self.rng = random.Random(seed)
        self.seed = seed
        self.dir = os.path.join(top, "%s-%d" % (engine, worker))
        self.db = "plans_%d" % worker
        self.file = os.path.join(self.dir, "app.db")
        self.target = ("sqlite:" + self.file if engine == "sqlite"
                       else self.db)
        self.made = False
        self.steps = []
        # From 1 to 20; short ones come more often where there is no time.
        n = self.rng.random() * 20 if "CHECK_LONG" in os.environ else \
            20 ** self.rng.random()
        for i in range(int(n) + 1):
            self.steps.append(Step(self.rng, i, self.steps[:]))

    # The database.

    def sql(self, text):
        if engine == "sqlite":
            with sqlite3.connect(self.file, timeout=20) as db:
                rows = db.execute(text).fetchall()
            db.close()
            return [list(map(str, r)) for r in rows]
        psql = self.psql
        psql.stdin.write(text + ";\n\\echo the end\n")
        psql.stdin.flush()
        rows = []
        for line in psql.stdout:
            if line == "the end\n":
                return rows
            rows.append(line.rstrip("\n").split("|"))
        raise Broken("psql has ended")

    def fresh(self):
        if engine == "pg":
            self.psql = subprocess.Popen(
                ["psql", "-AtqX", "-v", "ON_ERROR_STOP=1", "-d", self.db],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)
        subprocess.run(["rm", "-rf", self.dir], check=True)
        os.makedirs(self.dir)
        if engine == "sqlite":
            self.sql("CREATE TABLE effects (seq INTEGER PRIMARY KEY,"
                     " step integer, n integer)")
        else:
            self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                     "CREATE TABLE effects (seq bigint GENERATED ALWAYS AS"
                     " IDENTITY, step integer, n integer)")

    # The folder.

    def write(self, step, part):
        up = part == "up"
        trouble = step.next(part)
        head = "description: step %d, note %d" % (step.number, step.note)
        depends = "depends: " + " ".join(d.name for d in step.depends)
        work = ("INSERT INTO effects (step, n) VALUES (%d, 1)" % step.number
                if up else
                "DELETE FROM effects WHERE step = %d" % step.number)
        once = ("INSERT INTO effects (step, n) SELECT %d, 1 WHERE NOT EXISTS"
                " (SELECT 1 FROM effects WHERE step = %d)" %
                (step.number, step.number) if up else work)
        path = os.path.join(self.dir, "migrations", step.name)
        os.makedirs(path, exist_ok=True)
        if step.kind == "script":
            client = ('sqlite3 -cmd ".timeout 20000" "$ROWPIPE_SQLITE"'
                      if engine == "sqlite" else
                      'psql -qX -d "$ROWPIPE_TARGET" -c')
            lines = ["#!/bin/sh", "# " + head, "# " + depends, "set -e",
                     '%s "%s"' % (client, once)]
            if trouble == "fail":
                lines.append("echo something is wrong; exit 1")
            elif step.slow:
                lines.append("sleep 0.1")
            path = os.path.join(path, part)
        else:
            lines = ["-- " + head, "-- " + depends]
            if step.kind == "statements":
                lines += ["-- transaction: no", once + ";"]
            else:
                lines.append(work + ";")
            if trouble == "fail":
                lines.append("SELECT * FROM nowhere;")
            else:
                lines += ["SELECT ';';"] * 3
            path = os.path.join(path, part + ".sql")
        with open(path, "w") as f:
            f.write("\n".join(lines) + "\n")
        os.chmod(path, 0o755 if step.kind == "script" else 0o644)

    # Runs.

    def migrate(self, *words, shell=None, plant=None, kill=None):
        env = dict(os.environ)
        env.pop("ROWPIPE_PLANT", None)
        if plant:
            env["ROWPIPE_PLANT"] = plant
        command = shell + " --wait 20" if shell else [
            "row-migrate", "--wait", "20", "-d", self.target, *words]
        p = subprocess.Popen(command, shell=bool(shell), cwd=self.dir,
                             env=env, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        if kill is not None:
            time.sleep(kill)
            p.send_signal(signal.SIGKILL)
        out = p.communicate()[0]
        return p.returncode, out

    def want(self, what, good, out=""):
        if not good:
            raise Broken(what + ("\n" + out if out else ""))

    def status(self, why, well):
        """What status says, which must be true; the command it names."""
        status, out = self.migrate("status")
        self.want("status failed after " + why, status in (0, 1), out)
        found = re.search(r"^Next: (row-migrate .*)$", out, re.M)
        for name in re.findall(r"^(\S+) +(?:running|failed) ", out, re.M):
            self.want("status does not explain %s after %s" % (name, why),
                      re.search(r'^"%s": its (up|down) ' % name, out, re.M)
                      and status == 1, out)
        if well:
            self.want("status finds something after " + why,
                      status == 0 and "Problem: " not in out, out)
        else:
            self.want("status names no command after " + why, found or
                      (status == 0 and ", 0 to do, " in out), out)
        seen["status"] += 1
        return found.group(1) if found else None

    def event(self, part, *words, shell=None):
        """Run a command in which the next trouble of each step awaits it."""
        waiting = [s for s in self.steps if s.next(part)]
        plant = ",".join("kill-%s-%s" % (s.next(part), s.name)
                         for s in waiting)
        kill = None
        outside = [s for s in waiting if s.next(part) == "sigkill"]
        if outside:
            kill = self.rng.choice([0.005, 0.02, 0.05, 0.1, 0.3])
        status, out = self.migrate(*words, plant=plant, kill=kill,
                                   shell=shell)
        if status != 0:
            self.settle()
        if part == "up":
            applied = self.applied()
            for s in self.steps:
                if s.name in applied:       # its text must stay
                    s.troubles["up"] = []
        if outside:
            seen["killed from outside"] += 1
            if outside[0].troubles[part]:
                outside[0].troubles[part].pop(0)
                self.write(outside[0], part)
        if status != 0:
            self.mend(out, part)
        return status, out

    def settle(self):
        """Wait for what the server still does for one that was killed."""
        for _ in range(100):
            if engine == "sqlite" or not self.sql(
                    "SELECT 1 FROM pg_stat_activity WHERE datname ="
                    " current_database() AND pid <> pg_backend_pid()"
                    " AND backend_type = 'client backend'"):
                return
            time.sleep(0.05)

    def applied(self, where="applied IS NOT NULL"):
        """Names, in the order in which they were applied."""
        if not self.made:
            table = ("sqlite_schema WHERE name" if engine == "sqlite" else
                     "pg_tables WHERE tablename")
            self.made = bool(self.sql("SELECT 1 FROM " + table +
                                      " = 'rowpipe_migrations'"))
        return [r[0] for r in self.sql(
            "SELECT name FROM rowpipe_migrations WHERE %s ORDER BY applied" %
            where)] if self.made else []

    def mend(self, out, part):
        """Take away what made the last run fail."""
        at = re.findall(r"^row-migrate: (\S+): %s \.\.\.$" % part, out, re.M)
        if not at:
            return
        step = next(s for s in self.steps if s.name == at[-1])
        if step.next(part) in (None, "sigkill"):
            return
        trouble = step.troubles[part].pop(0)
        seen["%s %s: %s" % (step.kind, part, trouble)] += 1
        if part == "up":
            step.note += self.rng.choice([0, 1])
        self.write(step, part)

    def bring_up(self):
        """Do what status says until all is applied."""
        command = None
        for _ in range(2 * sum(len(s.troubles["up"]) for s in self.steps) +
                       len(self.steps) + 10):
            if command:
                status, out = self.event("up", shell=command)
            else:
                status, out = self.event("up", "up")
            if status == 0 and command is None:
                self.status("up", True)
                return
            if self.rng.random() < 0.2:
                self.edit_applied()
            why = (out.strip().splitlines() or ["a kill"])[-1]
            command = self.status("up: " + why, status == 0 and
                                  "resume" not in command)
        raise Broken("up does not come to an end\n" + out)

    def take_back(self):
        """Down by some steps, whatever comes in between."""
        rest = self.rng.randint(0, len(self.steps) - 1)
        for s in self.steps:
            self.write(s, "down")
        for _ in range(3 * len(self.steps) + 10):
            applied = self.applied()
            if len(applied) <= rest:
                break
            status, out = self.event("down", "down", "--steps",
                                     str(len(applied) - rest))
            if status == 0:
                break
            state, text = self.migrate("status")
            self.want("status failed after down", state in (0, 1), text)
            broken = re.search(r"^Next: (.* resume)$", text, re.M)
            if broken:
                self.event("down", shell=broken.group(1))
            if self.rng.random() < 0.2:
                return        # up must cope with where this is now
        else:
            raise Broken("down does not come to an end\n" + out)
        seen["taken back"] += 1

    def edit_applied(self):
        """A text that changed after it was applied stops up, by name."""
        applied = self.applied("state = 'completed'")
        if not applied:
            return
        name = self.rng.choice(applied)
        step = next(s for s in self.steps if s.name == name)
        step.note += 1
        self.write(step, "up")
        status, out = self.migrate("up")
        self.want("up takes a changed script", status == 3 and
                  'migration "%s" has changed' % name in out, out)
        seen["edited"] += 1
        status, out = self.migrate("status")
        accept = re.search(r'"(row-migrate [^"]* accept %s)"' % name, out)
        self.want("status does not say how to accept %s" % name,
                  status == 1 and accept, out)
        if self.rng.random() < 0.5:
            status, out = self.migrate(shell=accept.group(1))
            self.want("accept failed", status == 0, out)
        else:
            step.note -= 1
            self.write(step, "up")

    def check(self):
        rows = self.sql("SELECT step, count(*), min(seq) FROM effects"
                        " GROUP BY step")
        effects = {int(r[0]): (int(r[1]), int(r[2])) for r in rows}
        for s in self.steps:
            self.want("%s (%s) had its effect %d times" % (
                s.name, s.kind, effects.get(s.number, (0, 0))[0]),
                effects.get(s.number, (0, 0))[0] == 1)
            for d in s.depends:
                self.want("%s ran before %s" % (s.name, d.name),
                          effects[d.number][1] < effects[s.number][1])
        bad = self.sql("SELECT name, state FROM rowpipe_migrations WHERE"
                       " state <> 'completed' OR applied IS NULL")
        self.want("not all are completed: %s" % bad, not bad)
        status, out = self.migrate("status")
        self.want("status finds something in the end", status == 0, out)

    def run(self):
        for s in self.steps:
            self.write(s, "up")
            self.write(s, "down")
        if self.rng.random() < 0.3:
            self.some_later()
        self.bring_up()
        self.check()
        if self.rng.random() < 0.5:
            self.edit_applied()
        if self.rng.random() < 0.6:
            self.take_back()
            self.bring_up()
            self.check()

    def some_later(self):
        """Apply only what a part of the folder has; the rest may come out of
        order, and is named."""
        every, cut = self.steps, self.rng.randint(0, len(self.steps))
        hidden = os.path.join(self.dir, "later")
        os.makedirs(hidden)
        for s in every[cut:]:
            os.rename(os.path.join(self.dir, "migrations", s.name),
                      os.path.join(hidden, s.name))
        self.steps = every[:cut]
        if self.steps:
            self.bring_up()
        self.steps = every
        for s in every[cut:]:
            os.rename(os.path.join(hidden, s.name),
                      os.path.join(self.dir, "migrations", s.name))
        status, out = self.migrate("up", "--dry-run")
        if status == 3:
            self.want("out of order is not named", "but comes before" in out,
                      out)
            seen["out of order"] += 1


def work(worker):
    bad = []
    if engine == "pg":
        subprocess.run(["createdb", "plans_%d" % worker], check=True,
                       stderr=subprocess.DEVNULL)
    for seed in range(first + worker, first + count, workers):
        plan = Plan(seed, worker)
        try:
            plan.fresh()
            plan.run()
            seen["plans"] += 1
            seen["steps"] += len(plan.steps)
        except Broken as e:
            bad.append("plan %d: %s" % (seed, e))
        except Exception as e:        # whatever it is, the seed must be said
            bad.append("plan %d: %r" % (seed, e))
        finally:
            if engine == "pg":
                plan.psql.communicate()
    return bad


with concurrent.futures.ThreadPoolExecutor(workers) as pool:
    for bad in pool.map(work, range(workers)):
        for line in bad:
            print(line)
print("; ".join("%s %d" % kv for kv in sorted(seen.items())),
      file=sys.stderr)

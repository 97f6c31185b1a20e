#!/usr/bin/env python3
"""Random plans of migrations, with failures, edits and kills at each step.

    migrate_plans.py ENGINE FIRST COUNT WORKERS DIR

A plan is 1 to 20 steps, each SQL in a transaction, SQL outside of one, or a
script, that depend on each other at random.  Some steps are wrong until they
are mended, or let row-migrate be killed at one of the points of a run; some are
edited before or after they were applied.  After each run that did not end well
"status" must explain it and name the next command, and that command, when the
cause is mended, must go on.  In the end every step has had its effect exactly
once (a script, whose work and whose row of history are two things, at least
once), each after those that it depends on.  Nothing here writes the history.

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
        self.trouble = rng.choice([None] * 12 + [
            "fail", "fail", "before", "midst", "after", "sigkill"])
        self.down_trouble = rng.choice([None] * 6 + [
            "fail", "before", "midst", "after"])
        if self.kind == "script" and self.trouble == "midst" and \
                rng.random() < 0.7:
            self.trouble = "fail"     # a guard takes a second to go
        if self.kind == "script" and self.down_trouble == "midst":
            self.down_trouble = "fail"
        self.note = 0


class Plan:
    def __init__(self, seed, worker):
        self.rng = random.Random(seed)
        self.seed = seed
        self.dir = os.path.join(top, "%s-%d" % (engine, worker))
        self.db = "plans_%d" % worker
        self.file = os.path.join(self.dir, "app.db")
        self.target = ("sqlite:" + self.file if engine == "sqlite"
                       else self.db)
        self.steps = []
        for i in range(self.rng.randint(1, 20)):
            self.steps.append(Step(self.rng, i, self.steps[:]))

    # The database.

    def sql(self, text):
        if engine == "sqlite":
            with sqlite3.connect(self.file, timeout=20) as db:
                rows = db.execute(text).fetchall()
            db.close()
            return [list(map(str, r)) for r in rows]
        out = subprocess.run(["psql", "-AtqX", "-d", self.db, "-c", text],
                             check=True, capture_output=True, text=True)
        return [line.split("|") for line in out.stdout.splitlines()]

    def fresh(self):
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

    def write(self, step, part, trouble):
        up = part == "up"
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
            elif trouble in ("midst", "sigkill"):
                lines.append("sleep 0.2")
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

    def next_command(self, why):
        """What status says, which must explain; the command it names."""
        status, out = self.migrate("status")
        self.want("status failed after " + why, status in (0, 1), out)
        found = re.search(r"^Next: (row-migrate .*)$", out, re.M)
        self.want("status names no command after " + why, found, out)
        broken = re.search(r"^\S+ +(running|failed) ", out, re.M)
        if broken:
            name = broken.group(0).split()[0]
            self.want("status does not explain %s after %s" % (name, why),
                      re.search(r'^"%s": its (up|down) ' % name, out, re.M)
                      and status == 1, out)
        return found.group(1)

    def bring_up(self):
        """Run up until it ends well, mending what stands in the way."""
        mended = []
        command = None
        for _ in range(3 * len(self.steps) + 10):
            plant = ",".join("kill-%s-%s" % (s.trouble, s.name)
                             for s in self.steps
                             if s.trouble in ("before", "midst", "after"))
            kill = None
            if any(s.trouble == "sigkill" for s in self.steps):
                kill = self.rng.choice([0.005, 0.02, 0.05, 0.1, 0.3])
            status, out = self.migrate("up", plant=plant, kill=kill,
                                       shell=command)
            if kill is not None:
                seen["killed from outside"] += 1
                for s in self.steps:
                    if s.trouble == "sigkill":
                        s.trouble = None
                        self.write(s, "up", None)
            if status == 0:
                return
            why = out.strip().splitlines()[-1:] or ["a kill"]
            command = self.next_command("up: " + why[0])
            self.mend(out, status, "up")
            if "resume" in command:
                status, out = self.migrate(shell=command)
                self.want("resume failed", status == 0, out)
                command = None
        raise Broken("up does not come to an end\n" + out)

    def mend(self, out, status, part):
        """Take away what made the last run fail."""
        at = re.findall(r"^row-migrate: (\S+): %s \.\.\.$" % part, out, re.M)
        if not at:
            return
        step = next(s for s in self.steps if s.name == at[-1])
        trouble = step.trouble if part == "up" else step.down_trouble
        if trouble:
            seen["%s %s: %s" % (step.kind, part, trouble)] += 1
        if part == "up":
            step.trouble = None
            step.note += self.rng.choice([0, 1])
        else:
            step.down_trouble = None
        self.write(step, part, None)

    def take_back(self):
        n = self.rng.randint(1, len(self.steps))
        for s in self.steps:
            self.write(s, "down", s.down_trouble)
        command = None
        words = ["down", "--steps", str(n)]
        left = n
        for _ in range(3 * len(self.steps) + 10):
            plant = ",".join("kill-%s-%s" % (s.down_trouble, s.name)
                             for s in self.steps if s.down_trouble in
                             ("before", "midst", "after"))
            status, out = self.migrate(*words, plant=plant, shell=command)
            if status == 0:
                if not command:
                    return
                command = None
            else:
                self.mend(out, status, "down")
                state, text = self.migrate("status")
                self.want("status failed after down", state in (0, 1), text)
                broken = re.search(r"^Next: (.* resume)$", text, re.M)
                command = broken.group(1) if broken else None
            done = len(self.sql("SELECT 1 FROM rowpipe_migrations WHERE"
                                " state = 'rolled back'"))
            left = n - done
            if left <= 0 and command is None:
                return
            if self.rng.random() < 0.2:
                return        # up must cope with where this is now
            words = ["down", "--steps", str(max(left, 0))]
        raise Broken("down does not come to an end\n" + out)

    def edit_applied(self):
        """A text that changed after it was applied stops up, by name."""
        step = self.rng.choice(self.steps)
        step.note += 1
        self.write(step, "up", None)
        status, out = self.migrate("up")
        self.want("up takes a changed script", status == 3 and
                  'migration "%s" has changed' % step.name in out, out)
        seen["edited"] += 1
        if self.rng.random() < 0.5:
            status, out = self.migrate("accept", step.name)
            self.want("accept failed", status == 0, out)
        else:
            step.note -= 1
            self.write(step, "up", None)

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
        self.fresh()
        for s in self.steps:
            self.write(s, "up", s.trouble)
            self.write(s, "down", None)
        if self.rng.random() < 0.3:
            cut = self.rng.randint(0, len(self.steps))
            late = self.steps[cut:]
            hidden = os.path.join(self.dir, "later")
            os.makedirs(hidden)
            for s in late:
                os.rename(os.path.join(self.dir, "migrations", s.name),
                          os.path.join(hidden, s.name))
            every, self.steps = self.steps, self.steps[:cut]
            if self.steps:
                self.bring_up()
            self.steps = every
            for s in late:
                os.rename(os.path.join(hidden, s.name),
                          os.path.join(self.dir, "migrations", s.name))
            status, out = self.migrate("up", "--dry-run")
            if status == 3:
                self.want("out of order is not named",
                          "but comes before" in out, out)
                seen["out of order"] += 1
                self.out_of_order()
        self.bring_up()
        self.check()
        if self.rng.random() < 0.5:
            self.edit_applied()
        if self.rng.random() < 0.6:
            self.take_back()
            seen["taken back"] += 1
            for s in self.steps:
                s.down_trouble = None
                self.write(s, "down", None)
            self.out_of_order()
            self.bring_up()
            self.check()

    def out_of_order(self):
        self.target_words = None
        old = self.migrate

        def migrate(*words, shell=None, **more):
            if shell and shell.endswith(" up"):
                shell += " --allow-out-of-order"
            elif words[:1] == ("up",):
                words += ("--allow-out-of-order",)
            return old(*words, shell=shell, **more)
        self.migrate = migrate


def work(worker):
    bad = []
    if engine == "pg":
        subprocess.run(["createdb", "plans_%d" % worker], check=True,
                       stderr=subprocess.DEVNULL)
    for seed in range(first + worker, first + count, workers):
        plan = Plan(seed, worker)
        try:
            plan.run()
            seen["plans"] += 1
            seen["steps"] += len(plan.steps)
        except Broken as e:
            bad.append("plan %d: %s" % (seed, e))
        except Exception as e:        # whatever it is, the seed must be said
            bad.append("plan %d: %r" % (seed, e))
    return bad


with concurrent.futures.ThreadPoolExecutor(workers) as pool:
    for bad in pool.map(work, range(workers)):
        for line in bad:
            print(line)
print("; ".join("%s %d" % kv for kv in sorted(seen.items())),
      file=sys.stderr)

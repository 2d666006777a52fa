"""Runs statements as a dashboard's user does: with the rights of vobiz_reader, or of a masked login, on PGHOST."""
import collections
import csv
import io
import subprocess

Answer = collections.namedtuple("Answer", "columns types rows")
SEPARATOR = "--- rows ---"


class failed(Exception):
    pass


def psql(script):
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--csv"], input=script, text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise failed(done.stderr.strip() + "\n" + script)
    return done.stdout


def ask(sql, role="vobiz_reader"):
    """Columns, their types and the rows as text (an empty one for NULL)."""
    output = psql(f"SET ROLE {role};\nSET TIME ZONE 'UTC';\n{sql}\n\\gdesc\n\\echo {SEPARATOR}\n{sql}\n;\n")
    described, _, rows = output.partition(SEPARATOR + "\n")
    columns = list(csv.reader(io.StringIO(described)))[1:]
    return Answer([c[0] for c in columns], [c[1] for c in columns], list(csv.reader(io.StringIO(rows)))[1:])

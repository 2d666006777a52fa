"""One day with very many calls: the first read, and whole re-reads that find nothing, one re-rated call and one call
that has vanished. Time and peak memory of each."""
import json
import shutil

import harness as h
import render

# A re-rated call costs this much more, in units of 0.00001.
MORE = 750


def rows_of(page):
    """The rows of a page as JSON texts, cut out of it: parsing a million rows would take minutes."""
    text = page.read_text()
    begin, end = text.index("[") + 1, text.index('],"pagination"')
    return [(row if n == 0 else '{"id":' + row) + "}" for n, row in enumerate(text[begin:end - 1].split('},{"id":'))]


def rated(text):
    row = json.loads(text)
    more = {name: render.money(units(row[name]) + MORE) for name in ("cost", "total_cost")}
    return json.dumps({**row, **more}, separators=(",", ":"))


def units(money):
    return int(money.replace(".", ""))


def figures(text):
    """What a row adds to its day's summary."""
    if text is None:
        return 0, 0, 0, 0, 0
    row = json.loads(text)
    return 1, int(row["billsec"] > 0), row["billsec"], row["duration"], units(row["total_cost"])


def changed_pages(source, day, total, name, change):
    """The day's pages with another text, or none, for the row in the middle. Rows behind a missing one move up, so that
    every later page changes as it does at the provider."""
    target = h.WORK / f"pages-large-day-{name}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(source / "me.json", target)
    pages = [source / day / f"{render.PER_PAGE}-{n + 1}.json" for n in range(-(-total // render.PER_PAGE))]
    middle = rows_of(pages[len(pages) // 2])[0]
    other = change(middle)
    summary = json.loads(pages[0].read_text(), parse_float=str)["summary"]
    whole = (total, summary["answeredCalls"], summary["total_billable_seconds"], summary["total_duration_seconds"],
             units(summary["total_cost"]))
    now = [all_ - old + new for all_, old, new in zip(whole, figures(middle), figures(other), strict=True)]
    rows = (other if row == middle else row for page in pages for row in rows_of(page))
    render.write_pages(target / day, (row for row in rows if row is not None), now[0],
                       render.summary_text(*now, summary["last_call_at"]))
    return target


def read(database, pages, day):
    with h.serving(pages) as server:
        took, text = h.backfill(h.configuration(database, server.port), [day])
    assert h.proven(database) == 1, text[-3000:]
    return took


def run(size):
    folder, (day,) = h.rendered(size.rows_a_day, 1)
    total = size.rows_a_day
    database = h.new_database("bench_large_day")

    def counts():
        return tuple(int(n) for n in h.psql(
            "SELECT count(*), count(removed_at), (SELECT count(DISTINCT row_key) FROM vobiz.adjustments) "
            "FROM vobiz.cdrs", database).split("|"))

    def vacuumed():
        h.psql("VACUUM (ANALYZE)", database)
        h.psql("CHECKPOINT")

    steps = {"first read": read(database, folder / "pages", day)}
    assert counts() == (total, 0, 0)
    vacuumed()
    steps["unchanged"] = read(database, folder / "pages", day)
    assert counts() == (total, 0, 0)

    h.say("rendering the day with a re-rated call")
    pages = changed_pages(folder / "pages", day, total, "changed", rated)
    vacuumed()
    steps["one changed"] = read(database, pages, day)
    assert counts() == (total, 0, 1)
    shutil.rmtree(pages)

    h.say("rendering the day without a call")
    # The re-rated call is the one that vanishes, so that nothing else differs.
    pages = changed_pages(folder / "pages", day, total, "vanished", lambda text: None)
    vacuumed()
    steps["one vanished"] = read(database, pages, day)
    assert counts() == (total, 1, 1)
    shutil.rmtree(pages)

    for name, took in steps.items():
        h.say(f"{name}: {took}")
    h.drop(database)
    return {"rows": total, "steps": steps}

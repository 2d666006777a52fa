#!/usr/bin/env python3
"""render.py FOLDER DAYS ROWS [LAST_DAY]: writes the pages of DAYS days of ROWS calls each, ending on LAST_DAY, as
a web server serves them (FOLDER/pages/DAY/PER_PAGE-PAGE.json), and the same rows for COPY (FOLDER/rows.tsv). Calls have
all 43 members; total and summary are exact, so that a reader can prove each day. The same arguments make the same
rows."""
import datetime
import itertools
import json
import pathlib
import random
import sys

PARTNER = "PA_BENCH"
PER_PAGE = 100
COLUMNS = """id uuid account_id call_direction caller_id_name caller_id_number destination_number duration billsec
ring_time start_time progress_time answer_time end_time created_at updated_at cost streaming_cost total_cost currency
hangup_cause hangup_cause_code hangup_cause_name hangup_disposition hangup_source failure_code failure_reason
bridge_uuid sip_call_id sip_user_agent codec mos jitter packet_loss network_addr carrier_ip context region
origination_region campaign_id customer_endpoint trunk_id terminated_to""".split()
NUMBERS = {"id", "duration", "billsec", "ring_time"}
JSON_ROW = "{" + ",".join(f'"{c}":%s' for c in COLUMNS) + "}"
CAUSES = [("NORMAL_CLEARING", "16", "Normal call clearing"), ("NO_ANSWER", "19", "No answer"),
          ("USER_BUSY", "17", "User busy"), ("CALL_REJECTED", "21", "Call rejected")]
ACCOUNTS = 200
# Share of a day's calls by UTC hour: Indian business hours.
HOURS = [2, 1, 1, 3, 6, 8, 9, 9, 8, 8, 8, 8, 7, 6, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1]


def money(units):
    return f"{units // 100000}.{units % 100000:05d}"


def moment(day, seconds, micros=0):
    if seconds >= 86400:
        day, seconds = day + datetime.timedelta(1), seconds - 86400
    tail = f".{micros:06d}Z" if micros else "Z"
    return f"{day}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}"


def call(dice, day, number, second):
    """A row as texts in the order of COLUMNS, None for null; then its billsec, duration and total cost."""
    bits = dice.getrandbits(256)
    half = f"{bits >> 128:032x}"
    other = f"{bits & ((1 << 128) - 1):032x}"
    uuid = f"{half[:8]}-{half[8:12]}-4{half[13:16]}-a{half[17:20]}-{half[20:]}"
    account = int(ACCOUNTS * dice.random() ** 2)
    outbound, answered = bits % 5 > 0, bits % 11 < 6
    ring = 3 + bits % 23
    billsec = 1 + int(dice.expovariate(1 / 45)) if answered else 0
    cause = CAUSES[0] if answered else CAUSES[1 + bits % 3]
    streaming = billsec * 250 if account % 7 == 0 else 0
    cost = billsec * 750
    micros = bits % 1000000
    caller, callee = f"9180{bits % 100000000:08d}", f"9198{(bits >> 40) % 100000000:08d}"
    address = f"192.0.2.{account % 250 + 1}"
    written = moment(day, second + ring + billsec + 2, (bits >> 30) % 1000000)
    start, end = moment(day, second, micros), moment(day, second + ring + billsec, micros)
    answer = moment(day, second + ring, micros) if answered else None
    bridge = f"{other[:8]}-{other[8:12]}-4{other[13:16]}-a{other[17:20]}-{other[20:]}" if answered else None
    row = (
        str(number), uuid, f"MA_BENCH{account:04d}", "outbound" if outbound else "inbound",
        f"Example Traders {account}", caller, callee, str(ring + billsec), str(billsec), str(ring),
        start, moment(day, second + 1), answer, end, written, written,
        money(cost), money(streaming), money(cost + streaming), "INR",
        cause[0], cause[1], cause[2], "send_bye" if answered else "send_cancel", "callee" if bits % 2 else "caller",
        None if answered else "480", None if answered else "temporarily unavailable", bridge,
        f"{other[:16]}@{address}", "ExampleUA/1.0", "PCMU" if answered else None,
        f"{3 + bits % 150 / 100:.2f}" if answered else None, f"{bits % 900 / 100:.2f}" if answered else None,
        f"{bits % 200 / 100:.2f}" if answered else None, address, f"198.51.100.{bits % 40 + 1}",
        "voice_api" if streaming else "sip_trunking", "IN-KA", "IN-MH", f"camp_{account % 9}",
        f"sip:line{account}@{address}", f"trunk_{account % 17}", callee)
    return row, billsec, ring + billsec, cost + streaming


def as_json(row):
    values = zip(COLUMNS, row, strict=True)
    return JSON_ROW % tuple("null" if v is None else v if c in NUMBERS else f'"{v}"' for c, v in values)


def page_text(rows, page, per_page, total, summary):
    pages = max(1, -(-total // per_page))
    return (f'{{"data":[{",".join(rows)}],"pagination":{{"page":{page},"per_page":{per_page},"total":{total},'
            f'"pages":{pages},"has_next":{str(page < pages).lower()},"has_prev":{str(page > 1).lower()}}},'
            f'"count":{len(rows)},"summary":{summary}}}')


def summary_text(total, answered, billsec, duration, cost, last_call_at):
    return (f'{{"totalCalls":{total},"answeredCalls":{answered},"answerRate":{100 * answered / max(total, 1):.2f},'
            f'"avgCallDuration":"{billsec // max(answered, 1)}s","total_billable_seconds":{billsec},'
            f'"total_duration_seconds":{duration},"total_cost":{money(cost)},'
            f'"last_call_at":{json.dumps(last_call_at)}}}')


def write_pages(target, rows, total, summary):
    """Writes a day's pages of 100 rows each, and one of a single row for probes. `rows` is an iterator of JSON rows,
    newest first."""
    target.mkdir(parents=True, exist_ok=True)
    for page in range(1, max(1, -(-total // PER_PAGE)) + 1):
        listed = list(itertools.islice(rows, PER_PAGE))
        # Atomic, since a server may be reading the old page.
        fresh = target / f"{PER_PAGE}-{page}.new"
        fresh.write_text(page_text(listed, page, PER_PAGE, total, summary))
        fresh.rename(target / f"{PER_PAGE}-{page}.json")
        if page == 1:
            (target / "1-1.json").write_text(page_text(listed[:1], 1, 1, total, summary))


def write_day(folder, day, calls):
    """Writes the pages of a day. `calls` are newest first."""
    billsec, duration, cost = (sum(c[n] for c in calls) for n in (1, 2, 3))
    summary = summary_text(len(calls), sum(c[1] > 0 for c in calls), billsec, duration, cost,
                           calls[0][0][10] if calls else None)
    write_pages(pathlib.Path(folder) / "pages" / str(day), (as_json(c[0]) for c in calls), len(calls), summary)


def calls_of(day, count, seed=0):
    dice = random.Random(f"{day} {seed}")
    seconds = sorted((h * 3600 + dice.randrange(3600) for h in dice.choices(range(24), HOURS, k=count)), reverse=True)
    first = day.toordinal() * 10_000_000 + seed * 1_000_000
    return [call(dice, day, first + count - n, second) for n, second in enumerate(seconds)]


def main():
    folder, days, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    last = datetime.date.fromisoformat(sys.argv[4]) if len(sys.argv) > 4 else datetime.date(2026, 3, 31)
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    partner = {"auth_id": PARTNER, "id": "bench", "name": "Bench", "can_view_cdrs": True}
    (folder / "pages/me.json").write_text(json.dumps(partner))
    with open(folder / "rows.tsv", "w") as table:
        for ago in range(days):
            day = last - datetime.timedelta(ago)
            calls = calls_of(day, rows)
            write_day(folder, day, calls)
            head = f"{PARTNER}\t{day}\t"
            table.writelines(head + "\t".join("\\N" if v is None else v for v in c[0]) + "\n" for c in calls)
    (folder / "columns").write_text(",".join(["partner_id", "window_day", *COLUMNS]))


if __name__ == "__main__":
    main()

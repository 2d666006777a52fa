"""What the dashboards about money share."""
from dashboard import DAY_START
from panels import MONEY, series


def money_in_and_out(ledger):
    """The panel of the ledger's days; `ledger` is the FROM and WHERE that chooses them."""
    return series("Money in and out (${currency})",
                  "The ledger by billing day: what was paid in, and what was taken for calls and for everything else "
                  "(below the line).", MONEY, f"""
SELECT {DAY_START}, paid AS "paid in", -calls AS "calls", -other AS "numbers and other" FROM (
  SELECT day, sum(credit) AS paid,
    coalesce(sum(debit) FILTER (WHERE reference_type IN ('cdr', 'stream_cdr', 'ncc')), 0) AS calls,
    coalesce(sum(debit) FILTER (WHERE reference_type NOT IN ('cdr', 'stream_cdr', 'ncc')), 0) AS other
  {ledger} GROUP BY day) d
ORDER BY 1""", style="stacked bars", decimals=2, empty="the ledger is empty in this time range")

"""Overview: traffic, spend, and whether anything needs attention."""
from dashboard import (
    ALL_HOURS,
    ALL_HOURS_BEFORE,
    CURRENCY,
    DAY_START,
    DAYS,
    OF_DAYS,
    PARTNER,
    UTC_DAYS,
    calls_of_both,
    dashboard,
    each_hour,
    row,
    to_customer,
)
from panels import GREEN, IN_ORDER, MONEY, ONE, ORANGE, RED, YELLOW, limits, series, stat, table

ALARM = limits(GREEN, (1, RED))

made = dashboard(
    "vobiz-overview", "Overview", "Traffic, spend and what needs somebody's attention, of all customers",
    "now-7d", ["partner", "currency"], marks_unproven=True, lines=[
        row("Traffic"),
        (4, stat("Calls", f"Calls {OF_DAYS}, answered or not.", "short",
                 calls_of_both("calls", "coalesce(sum(attempts), 0)", PARTNER), to="vobiz-traffic", good="up"),
         stat("Answer rate", "Answered calls of all calls (ASR). A call is answered when it has billable seconds.",
              "percent",
              calls_of_both("answer_rate", "round(100.0 * sum(answered) / nullif(sum(attempts), 0), 2)", PARTNER),
              limits(RED, (30, YELLOW), (45, GREEN)), to="vobiz-traffic", decimals=1, empty="no calls", good="up"),
         stat("Minutes", "Billable minutes: billable seconds / 60, before any rounding of a tariff.", "short",
              calls_of_both("minutes", "coalesce(round(sum(billsec) / 60.0), 0)", PARTNER), to="vobiz-traffic",
              good="up"),
         stat("Spend (${currency})",
              f"What calls cost {OF_DAYS}: calls and streaming, in the chosen currency.", MONEY,
              calls_of_both("spend", "coalesce(sum(total_cost), 0)", f"{PARTNER} AND {CURRENCY}"),
              to="vobiz-spend", decimals=2, good="same"),
         stat("Customers with calls", "Customers that made or got at least one call in the time range.", "short",
              calls_of_both("customers", "count(DISTINCT account_id)", PARTNER), to="vobiz-spend", good="up"),
         stat("Low wallets",
              "Prepaid wallets that are empty or last for less than three days (vobiz.settings).", "short",
              f"""
SELECT count(*) AS wallets FROM vobiz_bi.low_balance WHERE {PARTNER}""",
              limits(GREEN, (1, ORANGE)), to="vobiz-spend", nought=IN_ORDER)),
        (8, series("Calls by hour",
                   "Calls by the hour they started in; the dashed line is the same hour a week before. "
                   "An hour without a call is 0 only where that is known, else a gap.",
                   "short",
                   each_hour([("answered", "sum(answered)", True),
                              ("not answered", "sum(attempts) - sum(answered)", True)], ALL_HOURS),
                   each_hour([("all, a week before", "sum(attempts)", True)], ALL_HOURS_BEFORE, "7 days"),
                   style="stacked bars", low=0, dashed="all, a week before"),
         series("Spend by day (${currency})",
                "What calls cost by billing day, in the chosen currency; today is not over.",
                MONEY, f"""
SELECT {DAY_START}, spend AS "spend" FROM (
  SELECT day, sum(total_cost) AS spend FROM vobiz_bi.usage_daily
  WHERE day {DAYS} AND {PARTNER} AND {CURRENCY} GROUP BY day) d
ORDER BY 1""", style="bars", decimals=2, low=0)),
        (9, table("Top customers (${currency})",
                  "Customers by what their calls cost in the time range, in the chosen currency.",
                  f"""
SELECT account_id, account_name AS customer, sum(attempts) AS calls,
  round(100.0 * sum(answered) / sum(attempts), 1) AS "answer rate", round(sum(billsec) / 60.0) AS minutes,
  sum(total_cost) AS spend
FROM vobiz_bi.usage_daily WHERE day {DAYS} AND {PARTNER} AND {CURRENCY}
GROUP BY account_id, account_name ORDER BY spend DESC, calls DESC LIMIT 15""", "no calls in this time range",
                  units={"answer rate": "percent", "spend": MONEY, "minutes": "short", "calls": "short"},
                  links={"customer": to_customer(), "spend": to_customer("vobiz-spend")},
                  hidden=["account_id"]),
         table("Lowest wallets",
               "Prepaid wallets that are empty or below zero, then those that run dry soonest at the pace of the last "
               "seven whole billing days.",
               f"""
SELECT account_id, account_name AS customer, currency, balance, average_daily_debit AS "a day",
  runway_days AS "days left"
FROM vobiz_bi.wallet_runway WHERE NOT is_postpaid AND (runway_days IS NOT NULL OR balance <= 0) AND {PARTNER}
ORDER BY balance <= 0 DESC, CASE WHEN balance <= 0 THEN balance END, runway_days, account_id LIMIT 15""",
               "no prepaid wallet is in use",
               units={"balance": MONEY, "a day": MONEY, "days left": ONE},
               colours={"days left": limits(RED, (3, YELLOW), (7, GREEN))},
               links={"customer": to_customer(own_currency=True)}, hidden=["account_id"])),
        row("Is the picture complete?"),
        (4, stat("Streams in trouble", "Streams that fail, or that nobody has read for too long. Details: Sync health.",
                 "short", f"""
SELECT count(*) AS streams FROM vobiz_bi.sync_freshness WHERE needs_attention AND {PARTNER}""",
                 ALARM, to="vobiz-sync-health", nought=IN_ORDER),
         stat("Mismatches",
              "UTC days whose rows do not add up to the provider's own totals; they are tried again.", "short",
              f"""
SELECT coalesce(sum(mismatch_windows), 0) AS windows FROM vobiz_bi.sync_freshness WHERE {PARTNER}""",
              ALARM, to="vobiz-sync-health", nought=IN_ORDER),
         stat("Days proven",
              "Of the UTC days in the time range that are over, those proven complete against the provider.",
              "percent", f"""
SELECT round(100.0 * count(*) FILTER (WHERE state = 'proven') / nullif(count(*), 0), 1) AS proven
FROM vobiz_bi.completeness_calendar
WHERE utc_day {UTC_DAYS} AND utc_day < (now() AT TIME ZONE 'UTC')::date AND {PARTNER}""",
              limits(RED, (90, YELLOW), (99, GREEN)), to="vobiz-sync-health", decimals=1, empty="no day is over yet"),
         stat("Open breaks", "Differences between calls, charges and wallets that nobody has accepted.", "short", f"""
SELECT count(*) AS breaks FROM vobiz_bi.open_breaks WHERE {PARTNER}""", ALARM, to="vobiz-reconciliation",
              nought=IN_ORDER),
         stat("Renewals not covered",
              "Numbers that renew within 7 days while the wallet is too low for it.", "short", f"""
SELECT count(*) AS numbers FROM vobiz_bi.number_renewals
WHERE days_until_renewal <= 7 AND NOT is_covered AND {PARTNER}""",
              limits(GREEN, (1, ORANGE)), to="vobiz-numbers", nought=IN_ORDER),
         stat("Since the last call arrived", "How long ago the newest call began that the mirror has.", "s", f"""
SELECT round(extract(epoch FROM now() - max(bucket_start))) AS seconds
FROM vobiz.usage_buckets WHERE {PARTNER}
  AND hour = (SELECT max(hour) FROM vobiz.usage_buckets WHERE hour > now() - interval '7 days' AND {PARTNER})""",
              limits(GREEN, (4 * 3600, YELLOW), (24 * 3600, RED)), to="vobiz-sync-health", empty="none in a week")),
    ])

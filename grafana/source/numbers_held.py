"""Numbers: who holds them, what they cost, which renew soon."""
from dashboard import ACCOUNT, PARTNER, dashboard, row, to_customer
from panels import GREEN, IN_ORDER, MONEY, ORANGE, RED, YELLOW, bars, limits, series, stat, table

WHO = f"{PARTNER} AND {ACCOUNT}"
HELD = f"FROM vobiz_bi.number_inventory WHERE {WHO}"
DUE = f"FROM vobiz_bi.number_renewals WHERE {WHO}"
COVER = {"yes": GREEN, "no": RED, "not known": ORANGE}
COVERED = "CASE WHEN is_covered THEN 'yes' WHEN NOT is_covered THEN 'no' ELSE 'not known' END"

made = dashboard(
    "vobiz-numbers", "Numbers", "Telephone numbers as they stand now, whatever the time range: holders, fees, renewals",
    "now-30d", ["partner", "account"], [
        (4, stat("Numbers", "Numbers in the inventory now.", "short", f"""
SELECT count(*) AS numbers {HELD}"""),
         stat("Held by customers", "Numbers that a customer has.", "short", f"""
SELECT count(account_id) AS numbers {HELD}"""),
         stat("In stock",
              "Numbers that nobody has; they may still cost a monthly fee. Shown for all customers.", "short", f"""
SELECT count(*) AS numbers FROM vobiz_bi.number_inventory WHERE account_id IS NULL AND {PARTNER}"""),
         stat("Blocked", "Numbers that the provider has blocked.", "short", f"""
SELECT count(*) FILTER (WHERE is_blocked) AS numbers {HELD}""", limits(GREEN, (1, ORANGE)), nought="none"),
         stat("Renewals overdue", "Renewals whose day has passed, according to the provider.", "short", f"""
SELECT count(*) AS numbers {DUE} AND days_until_renewal < 0""", limits(GREEN, (1, RED)), nought=IN_ORDER),
         stat("Renewals not covered",
              "Numbers that renew within 30 days while the wallet is too low for all that is due by then.",
              "short", f"""
SELECT count(*) AS numbers {DUE} AND days_until_renewal <= 30 AND NOT is_covered""", limits(GREEN, (1, RED)),
              nought=IN_ORDER)),
        row("Renewals"),
        (10, table("Due within 30 days",
                   "The next rental of each number. Covered: the wallet is enough today for this one and for the "
                   "customer's earlier ones.", f"""
SELECT account_id, renews_on::text AS "renews on", days_until_renewal AS "days", e164 AS "number",
  account_name AS customer, currency, monthly_fee AS fee, balance AS wallet, fees_due_by_then AS "due by then",
  {COVERED} AS covered
{DUE} AND days_until_renewal <= 30 ORDER BY renews_on, e164 LIMIT 500""", "nothing renews within 30 days",
                   units={"fee": MONEY, "wallet": MONEY, "due by then": MONEY}, words={"covered": COVER},
                   colours={"days": limits(RED, (0, YELLOW), (4, GREEN))},
                   links={"customer": to_customer(own_currency=True)}, hidden=["account_id"]) | {"wide": 16},
         bars("Due by day", "How many numbers renew on each of the next 30 billing days.", "short", f"""
SELECT renews_on::text AS "renews on", count(*) AS numbers
FROM (SELECT vobiz.billing_day(next_billing_at) AS renews_on {HELD} AND account_id IS NOT NULL) d
WHERE renews_on BETWEEN vobiz.billing_day(now()) AND vobiz.billing_day(now()) + 30
GROUP BY renews_on ORDER BY renews_on""", "nothing renews within 30 days", upright=True) | {"wide": 8}),
        row("Inventory"),
        (10, table("By customer",
                   "How many numbers each customer has and what they cost a month; a line for each currency.", f"""
SELECT account_id, coalesce(account_name, account_id, 'in stock') AS customer, count(*) AS numbers,
  coalesce(currency, 'XXX') AS currency, sum(monthly_fee) AS "a month"
{HELD} GROUP BY account_id, account_name, currency ORDER BY numbers DESC, customer LIMIT 500""", "no numbers",
                   units={"a month": MONEY}, links={"customer": to_customer(own_currency=True)}, hidden=["account_id"]),
         table("By kind", "Numbers by country and kind, with what they cost a month in each currency.", f"""
SELECT coalesce(country, 'not stated') AS country, coalesce(number_type, 'not stated') AS kind,
  coalesce(status, 'not stated') AS status, count(*) AS numbers, coalesce(currency, 'XXX') AS currency,
  sum(monthly_fee) AS "a month"
{HELD} GROUP BY 1, 2, 3, 5 ORDER BY numbers DESC, 1, 2, 3, 5""", "no numbers", units={"a month": MONEY})),
        (10, table("Numbers", "Each number, who has it, since when, and until when it is bound.", f"""
SELECT account_id, e164 AS "number", account_name AS customer, status, number_type AS kind, currency,
  setup_fee AS setup, monthly_fee AS fee, assigned_at AS "held since", held_days AS "days held",
  commitment_ends_on::text AS "bound until",
  CASE WHEN is_blocked THEN 'blocked' ELSE '' END AS blocked
{HELD} ORDER BY e164 LIMIT 2000""", "no numbers",
                   units={"setup": MONEY, "fee": MONEY, "held since": "dateTimeAsIso"},
                   words={"blocked": {"blocked": RED}},
                   links={"customer": to_customer(own_currency=True)}, hidden=["account_id"]),),
        row("Rentals in the ledger"),
        (8, series("Charged for numbers",
                   "What the ledger took for numbers by billing day of the time range, a line for each "
                   "currency and kind of entry.", MONEY, f"""
SELECT vobiz.billing_day_start(day) AS time, metric, value FROM (
  SELECT day, reference_type || ', ' || coalesce(nullif(currency, ''), 'XXX') AS metric, sum(debit) AS value
  FROM vobiz.ledger_days
  WHERE day BETWEEN vobiz.billing_day($__timeFrom()) AND vobiz.billing_day($__timeTo())
    AND reference_type LIKE 'did%' AND status = 'completed' AND {WHO} GROUP BY 1, 2) d
ORDER BY 1, 2""", decimals=2, low=0, empty="nothing was charged for numbers in this time range"),),
    ])

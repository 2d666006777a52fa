"""Alert rules about the business, as Grafana provisions them. docs/dashboards.md says how to change them.

Each statement returns a row for each alert that has to be raised: texts are its labels, the number is its value, which
is never negative. A statement that returns nothing is a world in order.
"""

# A mirror that is behind looks like customers that are silent: nothing is said of their calls then.
_FRESH = """EXISTS (SELECT FROM vobiz_bi.sync_freshness f
    WHERE f.partner_id = {0}.partner_id AND f.stream = 'cdrs' AND NOT f.needs_attention)"""
_CUSTOMER = "coalesce(nullif({0}.name, ''), {0}.auth_id) AS customer"

# Parts of an hour that began in the last hours, and as many in the days before, by customer. Six hours are enough calls
# to judge by, and short enough to act on.
_ENDS = """
  SELECT h.partner_id, h.account_id, h.bucket_start >= now() - interval '6 hours' AS is_now, h.attempts, h.answered,
    CASE WHEN c.counts_for_ner THEN h.attempts ELSE h.answered END AS effective
  FROM vobiz.hangup_buckets h LEFT JOIN vobiz.hangup_causes c USING (hangup_cause)
  JOIN vobiz.accounts a ON a.auth_id = h.account_id
  WHERE h.bucket_start >= now() - interval '7 days'"""


def _fell(figure, by_points, least_calls):
    return f"""
SELECT r.partner_id, r.account_id, {_CUSTOMER.format("a")}, round(before - now_it_is, 1) AS points
FROM (
  SELECT partner_id, account_id, sum(attempts) FILTER (WHERE is_now) AS calls,
    100.0 * sum({figure}) FILTER (WHERE is_now) / nullif(sum(attempts) FILTER (WHERE is_now), 0) AS now_it_is,
    100.0 * sum({figure}) FILTER (WHERE NOT is_now) / nullif(sum(attempts) FILTER (WHERE NOT is_now), 0) AS before
  FROM ({_ENDS}) e GROUP BY partner_id, account_id) r
JOIN vobiz.accounts a ON a.auth_id = r.account_id
WHERE calls >= {least_calls} AND before - now_it_is >= {by_points} AND {_FRESH.format("r")}"""


RULES = [
    ("wallet-runs-dry", "A prepaid wallet runs dry", "vobiz-customer", "warning", "1h", f"""
SELECT w.partner_id, w.account_id, {_CUSTOMER.format("a")}, w.currency,
  CASE WHEN w.balance <= 0 THEN 0 ELSE w.runway_days END AS days_left
FROM vobiz_bi.wallet_runway w JOIN vobiz.accounts a ON a.auth_id = w.account_id
WHERE NOT w.is_postpaid AND w.debit_7_days > 0
  AND (w.balance <= 0 OR w.runway_days < (SELECT low_balance_days FROM vobiz.settings))""",
     "The wallet of {{ $labels.customer }} lasts for {{ $values.A.Value }} more days at the pace of the last seven; "
     "then its calls stop."),
    ("renewals-not-covered", "Numbers renew that the wallet does not cover", "vobiz-customer", "warning", "1h", f"""
SELECT r.partner_id, r.account_id, {_CUSTOMER.format("a")}, r.currency, max(r.fees_due_by_then - r.balance) AS missing
FROM vobiz_bi.number_renewals r JOIN vobiz.accounts a ON a.auth_id = r.account_id
WHERE r.days_until_renewal BETWEEN 0 AND 3 AND NOT r.is_covered
GROUP BY r.partner_id, r.account_id, a.name, a.auth_id, r.currency""",
     "{{ $labels.customer }} lacks {{ $values.A.Value }} {{ $labels.currency }} for numbers that renew within three "
     "days; they may be lost."),
    # A customer who calls every day, and not in the last 24 hours.
    ("customer-stopped", "A customer's calls have stopped", "vobiz-customer", "warning", "30m", f"""
SELECT u.partner_id, u.account_id, {_CUSTOMER.format("a")}, round(u.calls / 7.0, 1) AS calls_a_day
FROM (
  SELECT partner_id, account_id, sum(attempts) AS calls, count(DISTINCT day) AS days FROM vobiz.usage_days
  WHERE day BETWEEN vobiz.billing_day(now()) - 8 AND vobiz.billing_day(now()) - 2
  GROUP BY partner_id, account_id) u
JOIN vobiz.accounts a ON a.auth_id = u.account_id
WHERE u.days >= 6 AND u.calls >= 70 AND {_FRESH.format("u")}
  AND NOT EXISTS (SELECT FROM vobiz.usage_buckets b
    WHERE b.account_id = u.account_id AND b.bucket_start >= now() - interval '24 hours')""",
     "{{ $labels.customer }} makes {{ $values.A.Value }} calls on a usual day, and has made none for 24 hours."),
    # All customers at once: a route or the provider. Compared with the same hours of the week before.
    ("traffic-stopped", "No calls at all", "vobiz-traffic", "critical", "10m", f"""
SELECT p.partner_id, sum(b.attempts) AS calls_a_week_ago
FROM vobiz.partners p JOIN vobiz.usage_buckets b ON b.partner_id = p.partner_id
WHERE b.hour >= now() - interval '7 days 3 hours' AND b.hour < now() - interval '7 days'
  AND b.bucket_start >= now() - interval '7 days 2 hours' AND b.bucket_start < now() - interval '7 days'
  AND {_FRESH.format("p")}
  AND NOT EXISTS (SELECT FROM vobiz.usage_buckets n WHERE n.partner_id = p.partner_id
    AND n.hour >= now() - interval '3 hours' AND n.bucket_start >= now() - interval '2 hours')
GROUP BY p.partner_id HAVING sum(b.attempts) >= 20""",
     "No customer of {{ $labels.partner_id }} has made a call for two hours; a week ago there were "
     "{{ $values.A.Value }} in the same time."),
    ("ner-fell", "Calls are not delivered (NER)", "vobiz-customer", "critical", "15m", _fell("effective", 10, 50),
     "The network delivers {{ $values.A.Value }} points less of the calls of {{ $labels.customer }} than on the seven "
     "days before: a route may fail."),
    ("answer-rate-fell", "Calls are answered less often (ASR)", "vobiz-customer", "warning", "30m",
     _fell("answered", 15, 50),
     "The answer rate of {{ $labels.customer }} fell by {{ $values.A.Value }} points against the seven days before."),
    # Today already is more than twice the highest of the last 14 days, and no small change.
    ("spend-spike", "A customer spends far more than usual", "vobiz-customer", "critical", "0s", f"""
SELECT u.partner_id, u.account_id, {_CUSTOMER.format("a")}, u.currency, u.today AS spend_today
FROM (
  SELECT partner_id, account_id, currency, sum(cost) FILTER (WHERE day = vobiz.billing_day(now())) AS today,
    max(cost) FILTER (WHERE day < vobiz.billing_day(now())) AS highest,
    sum(sum(cost)) OVER (PARTITION BY partner_id, currency) / 15 AS of_all
  FROM (
    SELECT partner_id, account_id, coalesce(nullif(currency, ''), 'XXX') AS currency, day, sum(total_cost) AS cost
    FROM vobiz.usage_days WHERE day BETWEEN vobiz.billing_day(now()) - 14 AND vobiz.billing_day(now())
    GROUP BY 1, 2, 3, 4) d
  GROUP BY partner_id, account_id, currency) u
JOIN vobiz.accounts a ON a.auth_id = u.account_id
WHERE u.today > 2 * u.highest AND u.today > 0.01 * u.of_all""",
     "{{ $labels.customer }} has spent {{ $values.A.Value }} {{ $labels.currency }} today, more than twice the highest "
     "day of the last two weeks: it may be fraud."),
    # The month so far, and the days that are left at the pace of the last seven whole ones.
    ("month-end-forecast", "The month will end far from the last one", "vobiz-spend", "warning", "1h", """
SELECT f.partner_id, f.currency, CASE WHEN f.forecast > f.last_month THEN 'above' ELSE 'below' END AS direction,
  round(100 * abs(f.forecast - f.last_month) / f.last_month, 1) AS percent
FROM (
  SELECT partner_id, currency, sum(cost) FILTER (WHERE day >= month AND day < today)
      + coalesce(sum(cost) FILTER (WHERE day >= today - 7 AND day < today), 0) / 7
        * ((month + interval '1 month')::date - today) AS forecast,
    sum(cost) FILTER (WHERE day < month) AS last_month
  FROM (
    SELECT u.partner_id, coalesce(nullif(u.currency, ''), 'XXX') AS currency, u.day, u.total_cost AS cost, n.month,
      n.today
    FROM (SELECT vobiz.billing_day(now()) AS today, date_trunc('month', vobiz.billing_day(now()))::date AS month) n
    JOIN vobiz.usage_days u ON u.day >= (n.month - interval '1 month')::date AND u.day < n.today) d
  GROUP BY partner_id, currency, month, today HAVING today - month >= 5
    -- The month before has to be whole.
    AND min(day) <= (month - interval '1 month')::date) f
WHERE f.last_month > 0 AND abs(f.forecast - f.last_month) >= 0.25 * f.last_month""",
     "At this pace the month of {{ $labels.partner_id }} ends {{ $values.A.Value }} % {{ $labels.direction }} the last "
     "one, in {{ $labels.currency }}."),
]


def _rule(name, title, dashboard, severity, lasts, sql, says):
    # The data source is named in Grafana's environment, for provisioning/datasources/vobiz.yaml and for this.
    return {
        "uid": "vobiz-" + name, "title": title, "condition": "B", "for": lasts, "noDataState": "OK",
        "execErrState": "Error", "labels": {"severity": severity, "service": "vobiz"},
        "annotations": {"summary": says, "dashboard": f"/d/{dashboard}?var-partner={{{{ $labels.partner_id }}}}" + (
            "&var-account={{ $labels.account_id }}" if dashboard == "vobiz-customer" else "")},
        "data": [
            {"refId": "A", "datasourceUid": "$VOBIZ_DATASOURCE", "relativeTimeRange": {"from": 600, "to": 0},
             "model": {"refId": "A", "editorMode": "code", "format": "table", "rawQuery": True, "rawSql": sql.strip()}},
            # Each row that the statement returns is an alert.
            {"refId": "B", "datasourceUid": "__expr__", "relativeTimeRange": {"from": 0, "to": 0},
             "model": {"refId": "B", "type": "threshold", "expression": "A",
                       "datasource": {"type": "__expr__", "uid": "__expr__"},
                       "conditions": [{"type": "query", "evaluator": {"type": "gt", "params": [-1]}}]}}],
    }


made = {"apiVersion": 1, "groups": [
    {"orgId": 1, "name": "vobiz business", "folder": "vobiz", "interval": "5m", "rules": [_rule(*r) for r in RULES]}]}

-- What a first sync brought: rows per table, the customers who spent most, the money in wallets.
\echo rows per table
SELECT * FROM (VALUES
  ('vobiz.partners',                (SELECT count(*) FROM vobiz.partners)),
  ('vobiz.accounts',                (SELECT count(*) FROM vobiz.accounts)),
  ('vobiz.pricing_tiers',           (SELECT count(*) FROM vobiz.pricing_tiers)),
  ('vobiz.account_balances',        (SELECT count(*) FROM vobiz.account_balances)),
  ('vobiz.dashboard_snapshots',     (SELECT count(*) FROM vobiz.dashboard_snapshots)),
  ('vobiz.dashboard_daily',         (SELECT count(*) FROM vobiz.dashboard_daily)),
  ('vobiz.analytics_daily',         (SELECT count(*) FROM vobiz.analytics_daily)),
  ('vobiz.analytics_top_customers', (SELECT count(*) FROM vobiz.analytics_top_customers)),
  ('vobiz.transactions',            (SELECT count(*) FROM vobiz.transactions)),
  ('vobiz.cdrs',                    (SELECT count(*) FROM vobiz.cdrs)),
  ('vobiz.numbers',                 (SELECT count(*) FROM vobiz.numbers)),
  ('vobiz.adjustments',             (SELECT count(*) FROM vobiz.adjustments))
) AS t("table", "rows");

\echo top customers by spend
SELECT c.partner_id AS partner, a.name AS customer, count(*) AS calls,
       round(sum(c.billsec) / 60.0) AS minutes, sum(c.total_cost) AS spend, min(c.currency) AS currency
FROM vobiz.cdrs c
JOIN vobiz.accounts a ON a.auth_id = c.account_id
WHERE c.removed_at IS NULL
GROUP BY c.partner_id, a.auth_id
ORDER BY spend DESC
LIMIT 8;

\echo money in the wallets of the customers
SELECT partner_id AS partner, count(*) AS customers, sum(cash_credits) AS wallets,
       count(*) FILTER (WHERE cash_credits <= 0) AS empty
FROM vobiz.accounts
WHERE removed_at IS NULL
GROUP BY partner_id
ORDER BY partner_id;

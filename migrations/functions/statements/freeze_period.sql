-- Everything is copied before the state says so: until then the views show the month as it is.
CREATE OR REPLACE FUNCTION vobiz.freeze_period(of_partner text, of_month date, by_whom text, why text, by_run bigint,
  facts jsonb) RETURNS integer
  LANGUAGE plpgsql VOLATILE SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  now_issue integer;
BEGIN
  INSERT INTO vobiz.periods (partner_id, month, state, changed_by) VALUES (of_partner, of_month, 'draft', by_whom)
  ON CONFLICT DO NOTHING;
  SELECT p.issue + 1 INTO now_issue FROM vobiz.periods p
  WHERE (p.partner_id, p.month) = (of_partner, of_month) AND p.state <> 'frozen' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO vobiz.issued_statements (partner_id, month, issue, account_id, currency, opening_balance, credit, debit,
    call_debit, number_debit, debits, credits, notes_amount, closing_balance)
  SELECT s.partner_id, s.month, now_issue, s.account_id, s.currency, s.opening_balance, s.credit, s.debit,
    s.call_debit, s.number_debit, s.debits_by_reference_type, s.credits_by_reference_type, s.notes_amount,
    s.closing_balance
  FROM vobiz_bi.account_statement_monthly s WHERE s.partner_id = of_partner AND s.month = of_month;
  INSERT INTO vobiz.issued_lines (partner_id, month, issue, line, of_month, account_id, currency, line_kind,
    call_direction, product, reference_type, quantity_items, billable_minutes, amount)
  SELECT of_partner, of_month, now_issue, row_number() OVER (ORDER BY l.account_id, l.currency, l.about, l.line_kind,
      l.call_direction, l.product, l.reference_type), l.about, l.account_id, l.currency, l.line_kind, l.call_direction,
    l.product, l.reference_type, l.quantity_items, l.billable_minutes, l.amount
  FROM (
    -- What notes of other frozen months say of this one already is not said again.
    SELECT of_month AS about, d.account_id, d.currency, d.line_kind, d.call_direction, d.product, d.reference_type,
      sum(d.quantity_items)::bigint AS quantity_items, sum(d.billable_minutes) AS billable_minutes,
      sum(d.amount) AS amount
    FROM (
      SELECT v.account_id, v.currency, v.line_kind, v.call_direction, v.product, v.reference_type, v.quantity_items,
        v.billable_minutes, v.amount
      FROM vobiz.invoice_lines v WHERE v.partner_id = of_partner AND v.month = of_month
      UNION ALL
      SELECT i.account_id, i.currency, i.line_kind, i.call_direction, i.product, i.reference_type, -i.quantity_items,
        -i.billable_minutes, -i.amount
      FROM vobiz.issued_lines i JOIN vobiz.periods p USING (partner_id, month, issue)
      WHERE i.partner_id = of_partner AND i.of_month = freeze_period.of_month AND p.state = 'frozen'
        AND i.line_kind <> 'rounding') d
    GROUP BY 2, 3, 4, 5, 6, 7 HAVING sum(d.amount) <> 0 OR sum(d.quantity_items) <> 0
    UNION ALL
    SELECT n.of_month, n.account_id, n.currency, n.line_kind, n.call_direction, n.product, n.reference_type,
      n.quantity_items, n.billable_minutes, n.amount
    FROM vobiz_bi.period_notes n
    WHERE n.partner_id = of_partner AND n.month = freeze_period.of_month AND NOT n.is_issued) l;
  INSERT INTO vobiz.issued_lines (partner_id, month, issue, line, of_month, account_id, currency, line_kind, amount)
  SELECT i.partner_id, i.month, i.issue, (SELECT max(m.line) FROM vobiz.issued_lines m
      WHERE (m.partner_id, m.month, m.issue) = (i.partner_id, i.month, i.issue))
    + row_number() OVER (ORDER BY i.account_id, i.currency), i.month, i.account_id, i.currency, 'rounding',
    round(sum(i.amount), vobiz.invoice_decimals(i.currency)) - sum(i.amount)
  FROM vobiz.issued_lines i
  WHERE (i.partner_id, i.month, i.issue) = (of_partner, freeze_period.of_month, now_issue)
    AND vobiz.is_invoiced(i.line_kind)
  GROUP BY i.partner_id, i.month, i.issue, i.account_id, i.currency
  HAVING round(sum(i.amount), vobiz.invoice_decimals(i.currency)) <> sum(i.amount);
  INSERT INTO vobiz.issued_taxes (partner_id, month, issue, account_id, currency, gstin, gst_status, tds_percentage,
    tds_amount)
  SELECT i.partner_id, i.month, i.issue, i.account_id, i.currency, nullif(a.gstin, ''), nullif(a.gst_status, ''), t.tds,
    round(i.total * t.tds / 100, vobiz.invoice_decimals(i.currency))
  FROM (
    SELECT l.partner_id, l.month, l.issue, l.account_id, l.currency,
      coalesce(sum(l.amount) FILTER (WHERE vobiz.is_invoiced(l.line_kind) OR l.line_kind = 'rounding'), 0) AS total
    FROM vobiz.issued_lines l
    WHERE (l.partner_id, l.month, l.issue) = (of_partner, freeze_period.of_month, now_issue)
    GROUP BY l.partner_id, l.month, l.issue, l.account_id, l.currency) i
  JOIN vobiz.accounts a ON a.auth_id = i.account_id
  CROSS JOIN LATERAL (SELECT vobiz.tds_percentage(a.tds_enabled, a.tds_percentage) AS tds) t;
  UPDATE vobiz.periods p SET state = 'frozen', issue = now_issue, run_id = by_run, frozen_at = now(),
    changed_at = now(), changed_by = by_whom, note = why, history = p.history || jsonb_build_object('at', now(),
      'state', 'approved', 'by', by_whom, 'note', why, 'run', by_run, 'facts', facts) || jsonb_build_object('at',
      now(), 'state', 'frozen', 'by', by_whom, 'issue', now_issue)
  WHERE (p.partner_id, p.month) = (of_partner, freeze_period.of_month);
  RETURN now_issue;
END
$$;
COMMENT ON FUNCTION vobiz.freeze_period IS
  'stores a billing month''s statements and invoice lines as issued, with the notes that stand in it; returns the '
  'number of the issue, null where the month is frozen already';
REVOKE ALL ON FUNCTION vobiz.freeze_period FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vobiz.freeze_period TO vobiz_writer;

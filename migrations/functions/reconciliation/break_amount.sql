-- Some breaks compare no money: prices of a minute, seconds, counts, or texts.
CREATE OR REPLACE FUNCTION vobiz.break_amount(check_name text, kind text, currency text, difference numeric)
  RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN NOT (currency OPERATOR(pg_catalog.=) '*'
      OR check_name OPERATOR(pg_catalog.=) 'rate_drift'
      OR check_name OPERATOR(pg_catalog.=) 'cdr_arithmetic'
        AND kind OPERATOR(pg_catalog.=) ANY (ARRAY['billsec', 'answered', 'order_of_times'])
      OR check_name OPERATOR(pg_catalog.=) 'provider_totals' AND kind OPERATOR(pg_catalog.<>) 'cost'
      OR check_name OPERATOR(pg_catalog.=) 'snapshot_totals' AND kind OPERATOR(pg_catalog.<>) 'balance')
    THEN pg_catalog.abs(difference) END
$$;
COMMENT ON FUNCTION vobiz.break_amount IS
  'money that a break is about, in its currency and without a sign; null where it compares no money';

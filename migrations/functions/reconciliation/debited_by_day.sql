-- Whether an account was debited for whole days: debits for calls in the five weeks up to the day that name no call,
-- and none that names one from two days before the day until two days after it. What is given back for one call, or
-- charged for its recording, does not make an account one that is debited per call.
CREATE OR REPLACE FUNCTION vobiz.debited_by_day(of_account text, from_at timestamptz, to_at timestamptz) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.account_id = of_account AND t.cdr_uuid IS NULL AND t.removed_at IS NULL
        AND t.created_at >= from_at - interval '35 days' AND t.created_at < to_at + interval '2 days'
        AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description) AND NOT vobiz.is_credit(t.type))
    AND NOT EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.account_id = of_account AND t.cdr_uuid IS NOT NULL AND t.removed_at IS NULL
        AND t.created_at >= from_at - interval '2 days' AND t.created_at < to_at + interval '2 days'
        AND vobiz.is_usage(t.reference_type, t.cdr_uuid, t.description) AND NOT vobiz.is_credit(t.type))
$$;
COMMENT ON FUNCTION vobiz.debited_by_day IS 'whether an account is debited in daily batches instead of per call';

-- Whether the call of a break, or an entry about it, has changed since. A key that is no call's has not.
CREATE OR REPLACE FUNCTION vobiz.has_call_changed(key text, since timestamptz) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
    EXISTS (SELECT FROM vobiz.cdrs c WHERE c.uuid = key::uuid AND c.changed_at > since)
    OR EXISTS (SELECT FROM vobiz.transactions t
      WHERE t.cdr_uuid = key::uuid AND greatest(t.changed_at, t.removed_at) > since)
    ELSE false END
$$;
COMMENT ON FUNCTION vobiz.has_call_changed IS
  'whether a call, by its id, or a ledger entry about it has changed since that time';

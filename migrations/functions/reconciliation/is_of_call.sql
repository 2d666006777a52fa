-- Whether an entry that names a call is about its price: charges for it, or gives one back. What is charged beside it
-- (its recording, its transcription) is not.
CREATE OR REPLACE FUNCTION vobiz.is_of_call(type text, reference_type text, cdr_uuid uuid, description text)
  RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT vobiz.is_usage(reference_type, cdr_uuid, description)
    OR vobiz.is_credit(type) AND coalesce(reference_type, '') OPERATOR(pg_catalog.=) ANY (
      ARRAY['refund', 'reversal', 'credit_note', 'manual_adjustment'])
$$;
COMMENT ON FUNCTION vobiz.is_of_call IS 'whether a ledger entry that names a call charges for it or gives that back';

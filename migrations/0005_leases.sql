-- Leases (design.md §2, "Several daemons"). Rows are made by 0002; what is added here is the check inside
-- each commit, and how daemons share the work.

-- The fence is part of a key so that taking a lease (another fence) waits for commits that hold it FOR KEY
-- SHARE, while renewing it (the same fence) neither waits for them nor makes them wait.
CREATE UNIQUE INDEX leases_fence ON vobiz_sync.leases (partner_id, stream, fence);

ALTER TABLE vobiz_sync.leases ADD COLUMN claimed_by text, ADD COLUMN claimed_until timestamptz;
COMMENT ON COLUMN vobiz_sync.leases.claimed_by IS 'a daemon with fewer streams that asks the holder for this one';
COMMENT ON COLUMN vobiz_sync.leases.claimed_until IS 'the claim lapses then, by the database''s clock';

-- Whether a transaction may commit what it wrote for a stream: the last statement of each. It keeps others
-- from taking the lease until the transaction ends. One that wrote nothing has nothing to be refused, and
-- is not made to write a row lock either. The expiry does not matter: as long as nobody took the lease,
-- nobody else has written.
CREATE FUNCTION vobiz_sync.hold_lease(of_partner text, of_stream text, by_holder text, with_fence bigint)
  RETURNS boolean LANGUAGE plpgsql
AS $$
BEGIN
  IF pg_current_xact_id_if_assigned() IS NULL THEN
    RETURN true;
  END IF;
  PERFORM FROM vobiz_sync.leases l
    WHERE (l.partner_id, l.stream, l.holder, l.fence) = (of_partner, of_stream, by_holder, with_fence)
    FOR KEY SHARE;
  RETURN FOUND;
END
$$;
COMMENT ON FUNCTION vobiz_sync.hold_lease(text, text, text, bigint) IS 'whether the calling transaction may commit what it wrote for a stream';

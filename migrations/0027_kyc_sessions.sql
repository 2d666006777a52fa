-- Identity checks of customers. What a check found out about a person is never stored.
CREATE TABLE vobiz.kyc_sessions (
  partner_id        text NOT NULL,
  id                text NOT NULL,
  account_auth_id   text,
  customer_email    text,
  kyc_type          text,
  status            text,
  expires_at        timestamptz,
  first_opened_at   timestamptz,
  completed_at      timestamptz,
  reminder_schedule jsonb,
  metadata          jsonb,
  created_at        timestamptz,
  updated_at        timestamptz,
  extra             jsonb,
  first_seen_at     timestamptz NOT NULL DEFAULT now(),
  changed_at        timestamptz NOT NULL DEFAULT now(),
  removed_at        timestamptz,
  PRIMARY KEY (id)
);
CREATE INDEX kyc_sessions_account ON vobiz.kyc_sessions (account_auth_id);
COMMENT ON TABLE vobiz.kyc_sessions IS 'identity checks (KYC) of customers and how far each has come';
COMMENT ON COLUMN vobiz.kyc_sessions.partner_id IS 'auth_id of the partner (reseller) this row was mirrored for';
COMMENT ON COLUMN vobiz.kyc_sessions.id IS 'the provider''s id of the session';
COMMENT ON COLUMN vobiz.kyc_sessions.account_auth_id IS 'auth_id of the customer who is checked';
COMMENT ON COLUMN vobiz.kyc_sessions.customer_email IS 'where the provider sends the link';
COMMENT ON COLUMN vobiz.kyc_sessions.kyc_type IS 'individual, company, …; null until the PAN is given';
COMMENT ON COLUMN vobiz.kyc_sessions.status IS
  'email_sent or link_ready, opened, in_progress, kyc_completed, or revoked';
COMMENT ON COLUMN vobiz.kyc_sessions.expires_at IS 'when the link ends';
COMMENT ON COLUMN vobiz.kyc_sessions.first_opened_at IS 'when the customer first opened the link';
COMMENT ON COLUMN vobiz.kyc_sessions.completed_at IS 'when the check was completed';
COMMENT ON COLUMN vobiz.kyc_sessions.reminder_schedule IS 'when the provider reminds the customer';
COMMENT ON COLUMN vobiz.kyc_sessions.metadata IS 'what the partner attached to the session';
COMMENT ON COLUMN vobiz.kyc_sessions.created_at IS 'when the session was created';
COMMENT ON COLUMN vobiz.kyc_sessions.updated_at IS 'when the provider last changed it';
COMMENT ON COLUMN vobiz.kyc_sessions.extra IS
  'members of the API''s row that no column names yet, secrets removed; null when none';
COMMENT ON COLUMN vobiz.kyc_sessions.first_seen_at IS 'when the mirror first stored this row';
COMMENT ON COLUMN vobiz.kyc_sessions.changed_at IS 'when the mirror last changed this row';
COMMENT ON COLUMN vobiz.kyc_sessions.removed_at IS
  'when a complete, proven read no longer listed this row; null while it is listed';

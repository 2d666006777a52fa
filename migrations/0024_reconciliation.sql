-- replaces: 1-17 ef3d4c7423f7a39848b2b272dd8a962ff45043eb9c5688305dc40bc427534c3b
-- What the checks of the books have found.
CREATE TABLE vobiz.reconciliation_runs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  text NOT NULL,
  command     text NOT NULL CHECK (command IN ('nightly', 'reconcile')),
  due_at      timestamptz,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  first_day   date NOT NULL,
  last_day    date NOT NULL
);
COMMENT ON TABLE vobiz.reconciliation_runs IS 'each time the books were checked';
COMMENT ON COLUMN vobiz.reconciliation_runs.id IS 'running number';
COMMENT ON COLUMN vobiz.reconciliation_runs.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_runs.command IS
  'nightly: the service by its schedule; reconcile: somebody by hand';
COMMENT ON COLUMN vobiz.reconciliation_runs.due_at IS 'the moment of the schedule that a nightly run stands for';
COMMENT ON COLUMN vobiz.reconciliation_runs.started_at IS 'start of the run';
COMMENT ON COLUMN vobiz.reconciliation_runs.finished_at IS
  'end of the run; null while it is under way or when it was interrupted';
COMMENT ON COLUMN vobiz.reconciliation_runs.first_day IS 'oldest billing day of the run';
COMMENT ON COLUMN vobiz.reconciliation_runs.last_day IS 'newest billing day of the run';
CREATE INDEX reconciliation_runs_due ON vobiz.reconciliation_runs (partner_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE vobiz.reconciliation_results (
  run_id        bigint NOT NULL,
  partner_id    text NOT NULL,
  billing_day   date NOT NULL,
  check_name    text NOT NULL,
  account_id    text NOT NULL,
  currency      text NOT NULL,
  status        text NOT NULL CHECK (status IN ('ok', 'break', 'not_run', 'inconclusive')),
  reason        text,
  expected      numeric,
  actual        numeric,
  difference    numeric,
  tolerance     numeric,
  rows          bigint NOT NULL,
  breaks        bigint NOT NULL DEFAULT 0,
  proven_oldest timestamptz,
  proven_newest timestamptz,
  rule_version  integer NOT NULL,
  judged_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, billing_day, check_name, run_id, account_id, currency)
);
COMMENT ON TABLE vobiz.reconciliation_results IS
  'what each check found in each run, for each billing day, account and currency';
COMMENT ON COLUMN vobiz.reconciliation_results.run_id IS 'the run';
COMMENT ON COLUMN vobiz.reconciliation_results.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_results.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_results.check_name IS 'name of the check, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz.reconciliation_results.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz.reconciliation_results.currency IS
  'ISO 4217 code of the amounts; * where the check compares none; XXX where nobody states one';
COMMENT ON COLUMN vobiz.reconciliation_results.status IS
  'ok: judged on complete inputs, nothing but accepted breaks found; break; not_run: inputs incomplete; '
  'inconclusive: the rows allow no judgement';
COMMENT ON COLUMN vobiz.reconciliation_results.reason IS
  'why it was not run or allows no judgement, or what else there is to know';
COMMENT ON COLUMN vobiz.reconciliation_results.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_results.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_results.difference IS 'actual less expected';
COMMENT ON COLUMN vobiz.reconciliation_results.tolerance IS 'the largest difference that is rounding';
COMMENT ON COLUMN vobiz.reconciliation_results.rows IS 'rows looked at';
COMMENT ON COLUMN vobiz.reconciliation_results.breaks IS 'breaks found that nobody has accepted';
COMMENT ON COLUMN vobiz.reconciliation_results.proven_oldest IS 'when the first of the windows behind it was proven';
COMMENT ON COLUMN vobiz.reconciliation_results.proven_newest IS 'when the last of the windows behind it was proven';
COMMENT ON COLUMN vobiz.reconciliation_results.rule_version IS 'version of the check that judged';
COMMENT ON COLUMN vobiz.reconciliation_results.judged_at IS 'when it was judged';
CREATE INDEX reconciliation_results_run ON vobiz.reconciliation_results (run_id);

CREATE TABLE vobiz.reconciliation_breaks (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    text NOT NULL,
  billing_day   date NOT NULL,
  check_name    text NOT NULL,
  kind          text NOT NULL,
  row_key       text NOT NULL,
  account_id    text NOT NULL,
  currency      text NOT NULL,
  expected      numeric,
  actual        numeric,
  difference    numeric,
  tolerance     numeric,
  reason        text,
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'healed', 'accepted')),
  note          text,
  accepted_by   text,
  accepted_at   timestamptz,
  healed_at     timestamptz,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  last_run_id   bigint NOT NULL,
  rule_version  integer NOT NULL,
  history       jsonb NOT NULL DEFAULT '[]',
  UNIQUE (partner_id, billing_day, check_name, account_id, currency, kind, row_key)
);
COMMENT ON TABLE vobiz.reconciliation_breaks IS
  'what did not agree, one row for each call, entry, number or sum; nothing is ever deleted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.id IS 'running number, for vobiz-syncd reconcile accept';
COMMENT ON COLUMN vobiz.reconciliation_breaks.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_breaks.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_breaks.check_name IS 'name of the check that found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.kind IS 'what is wrong, as in docs/reconciliation.md';
COMMENT ON COLUMN vobiz.reconciliation_breaks.row_key IS
  'the call''s uuid, the entry''s id, the number, or the name of a sum';
COMMENT ON COLUMN vobiz.reconciliation_breaks.account_id IS 'auth_id of the customer; * for the partner as a whole';
COMMENT ON COLUMN vobiz.reconciliation_breaks.currency IS 'ISO 4217 code of the amounts; * where there are none';
COMMENT ON COLUMN vobiz.reconciliation_breaks.expected IS 'what the one side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_breaks.actual IS 'what the other side says, in currency';
COMMENT ON COLUMN vobiz.reconciliation_breaks.difference IS 'actual less expected';
COMMENT ON COLUMN vobiz.reconciliation_breaks.tolerance IS 'the largest difference that would be rounding';
COMMENT ON COLUMN vobiz.reconciliation_breaks.reason IS 'what was found, in words';
COMMENT ON COLUMN vobiz.reconciliation_breaks.state IS
  'open; healed: a later run on complete inputs did not find it; accepted: somebody has taken note of it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.note IS 'why it was accepted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.accepted_by IS 'who accepted it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.accepted_at IS 'when it was accepted';
COMMENT ON COLUMN vobiz.reconciliation_breaks.healed_at IS 'when it healed; null while it is found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.first_seen_at IS 'when it was first found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.last_seen_at IS 'when it was last found';
COMMENT ON COLUMN vobiz.reconciliation_breaks.last_run_id IS 'the run that last found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.rule_version IS 'version of the check that last found it';
COMMENT ON COLUMN vobiz.reconciliation_breaks.history IS
  'each change of state or amounts: when, state, expected, actual, note';
CREATE INDEX reconciliation_breaks_open ON vobiz.reconciliation_breaks (partner_id, billing_day)
  WHERE state <> 'healed';

CREATE TABLE vobiz.reconciliation_frozen (
  partner_id  text NOT NULL,
  billing_day date NOT NULL,
  account_id  text NOT NULL,
  currency    text NOT NULL,
  calls       bigint NOT NULL,
  billsec     bigint NOT NULL,
  total_cost  numeric NOT NULL,
  debits      numeric NOT NULL,
  credits     numeric NOT NULL,
  frozen_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (partner_id, billing_day, account_id, currency)
);
COMMENT ON TABLE vobiz.reconciliation_frozen IS
  'totals of each billing day as they were when all that could be checked of it agreed for the first time';
COMMENT ON COLUMN vobiz.reconciliation_frozen.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz.reconciliation_frozen.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.account_id IS
  'auth_id of the customer; * in the row that says that the day is frozen, with or without rows';
COMMENT ON COLUMN vobiz.reconciliation_frozen.currency IS 'ISO 4217 code of the amounts; * in the row of the whole day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.calls IS 'calls that started on the day';
COMMENT ON COLUMN vobiz.reconciliation_frozen.billsec IS 'their billable seconds';
COMMENT ON COLUMN vobiz.reconciliation_frozen.total_cost IS 'their cost, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.debits IS 'completed debits of the day, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.credits IS 'completed credits of the day, in currency';
COMMENT ON COLUMN vobiz.reconciliation_frozen.frozen_at IS 'when the totals were taken';

-- A day is judged a dozen times and stays: which run was the last is kept, since finding it costs more with each year.
CREATE TABLE vobiz_sync.latest_judgements (
  partner_id  text NOT NULL,
  billing_day date NOT NULL,
  check_name  text NOT NULL,
  run_id      bigint NOT NULL,
  PRIMARY KEY (partner_id, billing_day, check_name)
);
COMMENT ON TABLE vobiz_sync.latest_judgements IS
  'which run judged a billing day last with a check; kept by a trigger on vobiz.reconciliation_results';
COMMENT ON COLUMN vobiz_sync.latest_judgements.partner_id IS 'auth_id of the partner';
COMMENT ON COLUMN vobiz_sync.latest_judgements.billing_day IS 'a day in reconcile.timezone, not a UTC day';
COMMENT ON COLUMN vobiz_sync.latest_judgements.check_name IS 'name of the check';
COMMENT ON COLUMN vobiz_sync.latest_judgements.run_id IS 'id of the run in vobiz.reconciliation_runs';

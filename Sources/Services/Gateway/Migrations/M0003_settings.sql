-- What users have set; who has no row has the defaults.
CREATE TABLE identity.settings (
  account_id uuid PRIMARY KEY REFERENCES identity.account (id) ON DELETE CASCADE,
  time_zone text NOT NULL,
  week_start text NOT NULL,
  default_reminder_time text NOT NULL,
  quiet_from text,
  quiet_to text,
  version bigint NOT NULL,
  CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

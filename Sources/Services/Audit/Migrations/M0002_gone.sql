-- Accounts that were closed, by a digest that leads back to nobody: what comes late is not recorded under their ids.
CREATE TABLE audit.gone (
  account bytea PRIMARY KEY
);
-- The log only grows, and the service's login may not change an entry. Taking an account's id out of its entries is the
-- one change there is, and is made in the owner's name.
CREATE FUNCTION audit.pseudonymise(account text, pseudonym text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $body$
  INSERT INTO audit.gone (account) VALUES (sha256(convert_to($1, 'UTF8'))) ON CONFLICT DO NOTHING;
  UPDATE audit.entry SET user_id = $2, subject = CASE WHEN subject = $1 THEN $2 ELSE subject END
  WHERE user_id = $1;
$body$;

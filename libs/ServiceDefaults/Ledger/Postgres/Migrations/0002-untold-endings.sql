-- needs 1
-- A run's end is written before the event that says so is published; what falls between is found here.

ALTER TABLE runs ADD COLUMN untold boolean NOT NULL DEFAULT false;

CREATE INDEX runs_untold ON runs (ended_at) WHERE untold;

-- That an end was told changes nothing for who waits for it.
DROP TRIGGER tell ON runs;

CREATE TRIGGER tell AFTER UPDATE ON runs FOR EACH ROW WHEN (NOT OLD.ended) EXECUTE FUNCTION tell_run();

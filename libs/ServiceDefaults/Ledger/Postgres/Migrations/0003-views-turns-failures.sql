-- needs 1
-- Who moves a run on reads what lies around a piece that is done, what is parked, and how many shards are under way.

CREATE INDEX work_unsettled ON work (run_id, kind, state) WHERE state <> 3;

-- Whose turn it is to look for what was lost: one row for each task that all processes share.
CREATE TABLE turns (
    name     text PRIMARY KEY,
    taken_at timestamptz NOT NULL DEFAULT '-infinity'
);

INSERT INTO turns (name) VALUES ('reconcile');

-- An attempt that its replica's stop ended, or that found something unavailable, is no failure.
ALTER TABLE work
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN waits    integer NOT NULL DEFAULT 0;

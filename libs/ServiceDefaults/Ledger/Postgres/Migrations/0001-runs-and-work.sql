-- needs 1
-- Statements run with the ledger's schema as their search path. "needs" says the oldest newest-known migration of a
-- program that can still work with the result: a program that knows only older ones refuses to start.

CREATE TABLE runs (
    run_id          text COLLATE "C" PRIMARY KEY,
    -- The client's key as UTF-8 bytes: text cannot hold every character that a key may have. Null: none.
    idempotency_key bytea UNIQUE,
    ended           boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    version         bigint NOT NULL,
    -- Of the call that changed the row last, so that it can tell its own change when it is repeated.
    call            uuid NOT NULL,
    -- The record as a run's file holds it. Not jsonb, which refuses some characters of text.
    record          json NOT NULL
);

CREATE INDEX runs_by_age ON runs (created_at, run_id);
CREATE INDEX runs_unfinished ON runs (created_at, run_id) WHERE NOT ended;
CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended;

CREATE TABLE work (
    run_id          text COLLATE "C" NOT NULL REFERENCES runs ON DELETE CASCADE,
    kind            smallint NOT NULL,
    component       integer NOT NULL,
    level           integer NOT NULL,
    index           integer NOT NULL,
    state           smallint NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    owner           text NOT NULL DEFAULT '',
    ready_at        timestamptz NOT NULL,
    started_at      timestamptz,
    leased_until    timestamptz,
    ended_at        timestamptz,
    -- Whether the newest claim found a lease that had run out.
    taken_over      boolean NOT NULL DEFAULT false,
    rows            bigint NOT NULL DEFAULT 0,
    rows_per_second double precision NOT NULL DEFAULT 0,
    result          text NOT NULL DEFAULT '',
    last_error      text NOT NULL DEFAULT '',
    call            uuid NOT NULL,
    -- Its run has ended, so that nobody need look at it again. May be late: whoever asks looks at the run too.
    closed          boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, kind, component, level, index)
) WITH (fillfactor = 70); -- Heart-beats find room in their page, and touch no index.

CREATE INDEX work_open ON work (ready_at) WHERE state < 3 AND NOT closed;

-- Who listens hears of every change of a run. Not of its work: a notification takes a lock that all commits of the
-- server share until they are on disk, so that one after the other would wait for it.
CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_TABLE_SCHEMA, CASE WHEN NEW.ended THEN 'ended ' ELSE 'changed ' END || NEW.run_id);
    RETURN NULL;
END $$;

CREATE TRIGGER tell AFTER UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION tell_run();

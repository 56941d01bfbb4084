-- Calls by day (in Denmark), client system and operation, for whoever has to know who still calls what. Names only.
CREATE TABLE usage (
    day       TEXT    NOT NULL,             -- 2026-03-01
    client    TEXT    NOT NULL,             -- its name in clients.toml
    service   TEXT    NOT NULL,
    operation TEXT    NOT NULL,             -- '' where a call named none
    calls     INTEGER NOT NULL,
    faults    INTEGER NOT NULL,             -- of the calls
    last_call INTEGER NOT NULL,             -- milliseconds since 1970 in UTC
    PRIMARY KEY (day, client, service, operation)
) STRICT, WITHOUT ROWID;

-- Messages that publishers pushed, each as it came. Times are milliseconds since 1970 in UTC.
CREATE TABLE push (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival; no number is used twice
    organisation_type INTEGER NOT NULL,                  -- the recipient
    organisation_code TEXT    NOT NULL,
    key               BLOB    NOT NULL CHECK (length(key) = 32), -- the same when it is delivered again
    publisher_cvr     TEXT    NOT NULL,
    publisher_uuid    TEXT    NOT NULL,
    received_at       INTEGER NOT NULL,
    state             TEXT    NOT NULL,                  -- received, parked
    parked_because    TEXT,                              -- place and rule, never a value
    message_id        TEXT,
    entity_type       INTEGER,
    entity_id         TEXT,
    version           TEXT,
    change            INTEGER CHECK (change IN (1, 2, 3)), -- create, update, delete
    citizen           TEXT,                              -- the civil registration number
    body              BLOB    NOT NULL,
    UNIQUE (organisation_type, organisation_code, key),
    CHECK (state = 'parked' OR (entity_type IS NOT NULL AND entity_id IS NOT NULL AND change IS NOT NULL)),
    CHECK (state <> 'parked' OR parked_because IS NOT NULL)
) STRICT;

CREATE INDEX push_by_recipient ON push (organisation_type, organisation_code, entity_type, state, received_at);
CREATE INDEX push_by_state ON push (state, received_at);
CREATE INDEX push_by_citizen ON push (citizen) WHERE citizen IS NOT NULL;

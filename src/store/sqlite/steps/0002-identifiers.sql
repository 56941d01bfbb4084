-- Numbers old callers know, and the uuids they stand for on the new side. A number is never given again and never means
-- another uuid, whatever became of what it was for (RN-JA-07): so no row is ever changed or taken away.
CREATE TABLE identifier (
    kind    TEXT NOT NULL,      -- of thing that is numbered, such as jobannonce
    number  INTEGER NOT NULL CHECK (number BETWEEN 1 AND 2147483647),
    uuid    TEXT NOT NULL,      -- hyphenated, in lower case
    PRIMARY KEY (kind, number),
    UNIQUE (kind, uuid)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER identifier_stays BEFORE DELETE ON identifier
BEGIN SELECT RAISE (ABORT, 'an identifier is never taken away'); END;

CREATE TRIGGER identifier_means_the_same BEFORE UPDATE ON identifier
BEGIN SELECT RAISE (ABORT, 'an identifier never means anything else'); END;

//! What SQLite says, as errors of the store. Its own texts are constant for each number, so that no value gets into
//! ours.

use rusqlite::{Error, ErrorCode, ffi};

use crate::store::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Error::SqliteFailure(failure, _) = &error else {
            return Self::Corrupt("it holds what the program did not put there");
        };
        let what = ffi::code_to_str(failure.extended_code);
        match failure.code {
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(what),
            _ => Self::Unavailable(what),
        }
    }
}

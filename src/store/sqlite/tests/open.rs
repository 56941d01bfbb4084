use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn refused(place: &Place) -> OpenError {
    Sqlite::open(&place.file()).unwrap_err()
}

fn sqlite(place: &Place, statements: &str) {
    fs::create_dir_all(place.file().parent().unwrap()).unwrap();
    rusqlite::Connection::open(place.file()).unwrap().execute_batch(statements).unwrap();
}

#[tokio::test]
async fn it_survives_by_its_settings_and_nobody_else_reads_it() {
    let place = Place::new();
    let store = place.open();
    store.keep(push(1)).await.unwrap();
    for (pragma, expected) in
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("secure_delete", "1")]
    {
        let value = store.writing.ask(move |connection| {
            let text = |row: &rusqlite::Row<'_>| {
                Ok(match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    other => other.as_str().unwrap_or_default().to_owned(),
                })
            };
            Ok(connection.pragma_query_value(None, pragma, text)?)
        });
        assert_eq!(value.await.unwrap(), expected, "{pragma}");
    }
    let files: Vec<_> = fs::read_dir(place.file().parent().unwrap()).unwrap().map(|entry| entry.unwrap()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn what_has_been_closed_is_one_file_that_can_be_copied() {
    let place = Place::new();
    let store = place.open();
    store.keep(push(1)).await.unwrap();
    drop(store);
    let copy = Place::new();
    fs::create_dir_all(copy.file().parent().unwrap()).unwrap();
    fs::copy(place.file(), copy.file()).unwrap();
    assert_eq!(stored(&copy.open()).await, 1);
    let names = fs::read_dir(place.file().parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    let names: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(names, ["facade.db", "facade.db.lock"].map(Into::into).into());
}

#[test]
fn by_whatever_name_it_is_one_store() {
    let place = Place::new();
    let _open = place.open();
    let by = |name: &str| place.file().with_file_name(name);
    std::os::unix::fs::symlink("facade.db", by("link.db")).unwrap();
    assert!(matches!(Sqlite::open(&by("link.db")), Err(OpenError::InUse(_))));
    fs::hard_link(place.file(), by("second.db")).unwrap();
    let error = Sqlite::open(&by("second.db")).unwrap_err();
    assert!(matches!(error, OpenError::Linked(_)), "{error}");
    assert!(matches!(Sqlite::open(Path::new("/dev/null")), Err(OpenError::File { .. } | OpenError::Foreign)));
}

#[test]
fn one_that_came_with_other_rights_is_the_owner_s_alone() {
    let place = Place::new();
    drop(place.open());
    fs::set_permissions(place.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let _open = place.open();
    assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn that_its_file_is_gone_is_noticed() {
    let place = Place::new();
    let store = place.open();
    store.keep(push(1)).await.unwrap();
    assert_eq!(store.standing(), Ok(()));
    let away = place.file().with_file_name("away.db");
    fs::rename(place.file(), &away).unwrap();
    assert!(matches!(store.standing(), Err(StoreError::Unavailable(why)) if why.contains("gone")));
    fs::rename(away, place.file()).unwrap();
    assert_eq!(store.standing(), Ok(()));
}

#[test]
fn a_newer_file_is_refused_and_left_as_it_is() {
    let place = Place::new();
    drop(place.open());
    sqlite(&place, "PRAGMA user_version = 4711");
    let error = refused(&place);
    assert!(matches!(error, OpenError::Newer { version: 4711, .. }), "{error}");
    let version = rusqlite::Connection::open(place.file()).unwrap();
    let version: i64 = version.query_one("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 4711);
    assert!(matches!(Reading::open(&place.file()), Err(OpenError::Newer { .. })));
}

#[test]
fn a_file_of_something_else_is_refused() {
    let place = Place::new();
    sqlite(&place, "CREATE TABLE push (id INTEGER)");
    assert!(matches!(refused(&place), OpenError::Foreign));
    fs::write(place.file(), "these are no pages of a data base, however long one reads on".repeat(100)).unwrap();
    let error = refused(&place);
    assert!(matches!(error, OpenError::Store(StoreError::Corrupt(_))), "{error:?}");
}

#[test]
fn a_second_one_is_refused_as_long_as_the_first_has_it() {
    let place = Place::new();
    let first = place.open();
    let error = refused(&place);
    assert!(matches!(error, OpenError::InUse(_)), "{error:?}");
    assert!(error.to_string().contains("facade.db") && error.hint().contains("stop the other"), "{error}");
    drop(first);
    drop(place.open());
}

#[tokio::test]
async fn it_is_read_beside_the_process_that_has_it_and_never_made_by_reading() {
    let place = Place::new();
    assert!(matches!(Reading::open(&place.file()), Err(OpenError::File { .. })));
    assert!(!place.file().exists());
    let store = place.open();
    store.keep(push(1)).await.unwrap();
    let reading = Reading::open(&place.file()).unwrap();
    assert_eq!(reading.counts().await.unwrap().len(), 1);
    store.keep(push(2)).await.unwrap();
    assert_eq!(reading.counts().await.unwrap()[0].pushes, 2);
    drop(store);
    assert_eq!(Reading::open(&place.file()).unwrap().counts().await.unwrap()[0].pushes, 2);
}

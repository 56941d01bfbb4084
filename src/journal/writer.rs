//! A thread of its own writes the journal, so that no call waits for a disk. Lines are never
//! dropped: when the thread is too far behind, the callers of [`Writer::line`] wait for it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;
use tokio::sync::oneshot;

/// Lines that may wait to be written.
const WAITING: usize = 8_192;
/// How long lines gather before they are written together, unless calls wait for theirs.
const GATHER: Duration = Duration::from_millis(5);
/// How soon it is tried again, by itself, when lines cannot be written. Nobody may come meanwhile: an instance that is not ready
/// gets no calls.
const RETRY: Duration = Duration::from_secs(1);
const FLUSH_PATIENCE: Duration = Duration::from_secs(5);

/// The way to the thread. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    items: SyncSender<Item>,
    failing: Arc<AtomicBool>,
}

enum Item {
    Line(Vec<u8>),
    Synced(Vec<u8>, oneshot::Sender<io::Result<()>>),
    Reopen(SyncSender<io::Result<()>>),
    Probe(fn() -> Vec<u8>),
    Flush(SyncSender<()>),
}

/// Where lines go.
pub(super) trait Destination: Write + Send {
    /// Waits until what was written cannot be lost any more.
    fn sync(&mut self) -> io::Result<()> {
        self.flush()
    }

    /// Begins anew under the same name.
    fn reopen(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Destination for io::Stdout {}

/// A file that is only appended to.
pub(super) struct AppendedFile {
    path: PathBuf,
    file: File,
}

impl AppendedFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), file: append(path)? })
    }
}

/// Whether a file could be appended to, or made; it is not made.
pub(super) fn appendable(path: &Path) -> io::Result<()> {
    match OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::read_dir(folder).map(drop)
        }
        opened => opened.map(drop),
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

impl Write for AppendedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Destination for AppendedFile {
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn reopen(&mut self) -> io::Result<()> {
        self.file = append(&self.path)?;
        Ok(())
    }
}

impl Writer {
    /// Starts the thread. It ends when every clone of the writer is gone. `probe` makes a line to see by whether lines can be
    /// written again.
    pub(super) fn start(out: Box<dyn Destination>, probe: fn() -> Vec<u8>) -> io::Result<Self> {
        let (items, waiting) = sync_channel(WAITING);
        let failing = Arc::new(AtomicBool::new(false));
        let health = Arc::clone(&failing);
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write_all(&waiting, out, &health, probe))?;
        Ok(Self { items, failing })
    }

    /// Hands over a line with its line feed.
    pub(super) fn line(&self, line: Vec<u8>) {
        if self.items.send(Item::Line(line)).is_err() {
            self.failing.store(true, Ordering::Relaxed);
        }
    }

    /// Hands over a line and waits until it cannot be lost any more.
    pub(super) async fn synced(&self, line: Vec<u8>) -> io::Result<()> {
        let (done, wait) = oneshot::channel();
        let gone = || io::Error::other("the thread that writes has ended");
        self.items.send(Item::Synced(line, done)).map_err(|_| gone())?;
        wait.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Goes on in a new file of the same name; lines handed over before it are in the former.
    pub(super) fn reopen(&self) -> io::Result<()> {
        let (done, wait) = sync_channel(1);
        let gone = || io::Error::other("the thread that writes has ended");
        self.items.send(Item::Reopen(done)).map_err(|_| gone())?;
        wait.recv_timeout(FLUSH_PATIENCE).unwrap_or_else(|_| Err(gone()))
    }

    /// Waits until everything handed over so far is written; gives up after some seconds.
    pub(super) fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.items.send(Item::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(FLUSH_PATIENCE); // at the end of the program nobody is left to tell
        }
    }

    /// Whether the last line could not be written.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }
}

fn write_all(waiting: &Receiver<Item>, out: Box<dyn Destination>, failing: &AtomicBool, probe: fn() -> Vec<u8>) {
    let mut out = BufWriter::new(out);
    let mut strict = false;
    loop {
        let first = match failing.load(Ordering::Relaxed) {
            false => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
            true => waiting.recv_timeout(RETRY),
        };
        let first = match first {
            Ok(item) => item,
            Err(RecvTimeoutError::Timeout) => Item::Probe(probe),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut batch = Batch::default();
        for item in std::iter::once(first).chain(waiting.try_iter().take(WAITING)) {
            batch.take(item, &mut out);
        }
        strict |= !batch.synced.is_empty();
        let somebody_waits = strict || !batch.flushed.is_empty();
        batch.end(&mut out, failing);
        if !somebody_waits {
            gather();
        }
    }
}

/// Lets lines gather. While this thread does not wait for one, handing a line over wakes nobody, which
/// under load was the dearest part of it.
#[expect(clippy::disallowed_methods, reason = "a thread of its own, which no call waits for")]
fn gather() {
    std::thread::sleep(GATHER);
}

/// What is written at one go: many calls share one sync.
#[derive(Default)]
struct Batch {
    failed: Option<io::Error>,
    synced: Vec<oneshot::Sender<io::Result<()>>>,
    flushed: Vec<SyncSender<()>>,
}

impl Batch {
    fn take(&mut self, item: Item, out: &mut BufWriter<Box<dyn Destination>>) {
        match item {
            Item::Line(line) => self.note(out.write_all(&line)),
            Item::Synced(line, done) => {
                self.note(out.write_all(&line));
                self.synced.push(done);
            }
            Item::Reopen(done) => {
                self.note(out.flush());
                let _ = done.send(out.get_mut().reopen()); // whoever asked may have given up waiting
            }
            Item::Probe(line) => {
                // what could not be written is still there to be tried with
                if out.buffer().is_empty() {
                    self.note(out.write_all(&line()));
                }
                self.note(out.flush());
                self.note(out.get_mut().sync());
            }
            Item::Flush(done) => self.flushed.push(done),
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        self.failed = self.failed.take().or(result.err());
    }

    fn end(mut self, out: &mut BufWriter<Box<dyn Destination>>, failing: &AtomicBool) {
        self.note(out.flush());
        if !self.synced.is_empty() && self.failed.is_none() {
            self.note(out.get_mut().sync());
        }
        let kind = self.failed.as_ref().map(io::Error::kind);
        report(self.failed.map_or(Ok(()), Err), failing);
        for done in self.synced {
            let _ = done.send(kind.map_or(Ok(()), |kind| Err(kind.into()))); // its call may have been cut off
        }
        for done in self.flushed {
            let _ = done.send(()); // whoever asked may have given up waiting
        }
    }
}

/// Says it when writing begins to fail and when it works again, not for each line.
fn report(result: io::Result<()>, failing: &AtomicBool) {
    let failed_before = failing.swap(result.is_err(), Ordering::Relaxed);
    super::metrics::journal_failing(result.is_err());
    match result {
        Err(error) if !failed_before => tracing::error!(%error, "the journal cannot be written"),
        Ok(()) if failed_before => tracing::info!("the journal is written again"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    /// Keeps what is written; fails while told to.
    #[derive(Clone, Default)]
    struct Disk {
        written: Arc<Mutex<Vec<u8>>>,
        full: Arc<AtomicBool>,
        broken: Arc<AtomicBool>,
        synced: Arc<AtomicUsize>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.full.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Destination for Disk {
        fn sync(&mut self) -> io::Result<()> {
            self.synced.fetch_add(1, Ordering::Relaxed);
            if self.broken.load(Ordering::Relaxed) { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
        }
    }

    fn probe() -> Vec<u8> {
        b"probe\n".to_vec()
    }

    /// Waits for the thread; a test that waits in vain is ended by whoever runs it.
    fn until(condition: impl Fn() -> bool) {
        while !condition() {
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn it_finds_out_by_itself_that_lines_can_be_written_again() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone()), probe).unwrap();
        disk.full.store(true, Ordering::Relaxed);
        writer.line(b"a\n".to_vec());
        until(|| writer.is_failing());
        disk.full.store(false, Ordering::Relaxed);
        until(|| !writer.is_failing());
        assert_eq!(
            disk.written.lock().unwrap().as_slice(),
            b"a\n",
            "the line that could not be written is tried first"
        );

        disk.broken.store(true, Ordering::Relaxed);
        writer.synced(b"b\n".to_vec()).await.unwrap_err();
        assert!(writer.is_failing());
        disk.broken.store(false, Ordering::Relaxed);
        until(|| !writer.is_failing());
        assert!(disk.written.lock().unwrap().ends_with(b"b\nprobe\n"), "with a line when there is none to try");
    }

    #[tokio::test]
    async fn a_synced_line_is_on_the_disk_or_the_error_is_told() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone()), probe).unwrap();
        writer.synced(b"a\n".to_vec()).await.unwrap();
        assert_eq!((disk.written.lock().unwrap().as_slice(), disk.synced.load(Ordering::Relaxed)), (&b"a\n"[..], 1));
        disk.full.store(true, Ordering::Relaxed);
        assert_eq!(writer.synced(b"b\n".to_vec()).await.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(writer.is_failing());
        disk.full.store(false, Ordering::Relaxed);
        disk.broken.store(true, Ordering::Relaxed);
        writer.synced(b"c\n".to_vec()).await.unwrap_err();
        disk.broken.store(false, Ordering::Relaxed);
        writer.synced(b"d\n".to_vec()).await.unwrap();
        assert!(!writer.is_failing());
    }

    #[test]
    fn a_rotated_file_is_left_and_a_new_one_begun() {
        let folder = tempfile::tempdir().unwrap();
        let (file, rotated) = (folder.path().join("journal"), folder.path().join("journal.1"));
        let writer = Writer::start(Box::new(AppendedFile::open(&file).unwrap()), probe).unwrap();
        writer.line(b"a\n".to_vec());
        writer.flush();
        std::fs::rename(&file, &rotated).unwrap();
        writer.line(b"b\n".to_vec());
        writer.reopen().unwrap();
        writer.line(b"c\n".to_vec());
        writer.flush();
        assert_eq!(
            (std::fs::read(&rotated).unwrap(), std::fs::read(&file).unwrap()),
            (b"a\nb\n".to_vec(), b"c\n".to_vec())
        );
    }

    #[test]
    fn after_a_flush_every_line_is_written_in_order() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone()), probe).unwrap();
        let lines: Vec<String> = (0..20_000).map(|number| format!("{number}\n")).collect();
        lines.iter().for_each(|line| writer.line(line.clone().into_bytes()));
        writer.flush();
        assert_eq!(String::from_utf8(disk.written.lock().unwrap().clone()).unwrap(), lines.concat());
        assert!(!writer.is_failing());
    }

    #[test]
    fn a_full_disk_is_noticed_and_so_is_its_recovery() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone()), probe).unwrap();
        disk.full.store(true, Ordering::Relaxed);
        writer.line(b"a\n".to_vec());
        writer.flush();
        assert!(writer.is_failing());
        disk.full.store(false, Ordering::Relaxed);
        writer.line(b"b\n".to_vec());
        writer.flush();
        assert!(!writer.is_failing());
        assert!(disk.written.lock().unwrap().ends_with(b"b\n"));
    }
}

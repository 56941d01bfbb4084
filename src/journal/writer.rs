//! A thread of its own writes the journal, so that no call waits for a disk. Lines are never
//! dropped: when the thread is too far behind, the callers of [`Writer::line`] wait for it.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Lines that may wait to be written.
const WAITING: usize = 8_192;
const FLUSH_PATIENCE: Duration = Duration::from_secs(5);

/// The way to the thread. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    items: SyncSender<Item>,
    failing: Arc<AtomicBool>,
}

enum Item {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

impl Writer {
    /// Starts the thread. It ends when every clone of the writer is gone.
    pub(super) fn start(out: Box<dyn Write + Send>) -> io::Result<Self> {
        let (items, waiting) = sync_channel(WAITING);
        let failing = Arc::new(AtomicBool::new(false));
        let health = Arc::clone(&failing);
        std::thread::Builder::new().name("journal".to_owned()).spawn(move || write_all(&waiting, out, &health))?;
        Ok(Self { items, failing })
    }

    /// Hands over a line with its line feed.
    pub(super) fn line(&self, line: Vec<u8>) {
        if self.items.send(Item::Line(line)).is_err() {
            self.failing.store(true, Ordering::Relaxed);
        }
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

fn write_all(waiting: &Receiver<Item>, out: Box<dyn Write + Send>, failing: &AtomicBool) {
    let mut out = BufWriter::new(out);
    while let Ok(first) = waiting.recv() {
        let mut flushed = Vec::new();
        let mut result = Ok(());
        for item in std::iter::once(first).chain(waiting.try_iter().take(WAITING)) {
            match item {
                Item::Line(line) => result = result.and(out.write_all(&line)),
                Item::Flush(done) => flushed.push(done),
            }
        }
        report(result.and(out.flush()), failing);
        for done in flushed {
            let _ = done.send(()); // whoever asked may have given up waiting
        }
    }
}

/// Says it when writing begins to fail and when it works again, not for each line.
fn report(result: io::Result<()>, failing: &AtomicBool) {
    let failed_before = failing.swap(result.is_err(), Ordering::Relaxed);
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

    /// Keeps what is written; fails while told to.
    #[derive(Clone, Default)]
    struct Disk {
        written: Arc<Mutex<Vec<u8>>>,
        full: Arc<AtomicBool>,
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

    #[test]
    fn after_a_flush_every_line_is_written_in_order() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone())).unwrap();
        let lines: Vec<String> = (0..20_000).map(|number| format!("{number}\n")).collect();
        lines.iter().for_each(|line| writer.line(line.clone().into_bytes()));
        writer.flush();
        assert_eq!(String::from_utf8(disk.written.lock().unwrap().clone()).unwrap(), lines.concat());
        assert!(!writer.is_failing());
    }

    #[test]
    fn a_full_disk_is_noticed_and_so_is_its_recovery() {
        let disk = Disk::default();
        let writer = Writer::start(Box::new(disk.clone())).unwrap();
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

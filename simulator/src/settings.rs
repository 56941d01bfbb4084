//! What the starter of a simulator chooses.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// Where a simulator listens and how it behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on; port 0 lets the system choose one, see [`crate::Running::address`].
    pub address: SocketAddr,
    /// Mutual TLS. `None` serves plain HTTP, meant for tests on loopback.
    pub tls: Option<TlsFiles>,
    /// Serves `/simulator/...` too: scripted trouble, received calls, reset.
    pub control: bool,
    /// The clock of the simulator.
    pub now: Now,
}

impl Settings {
    /// Plain HTTP on a free port of loopback, with control paths and the system's clock.
    pub fn local() -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, 0).into(), tls: None, control: true, now: Now::default() }
    }
}

/// PEM files for mutual TLS.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate chain of the server, its own certificate first.
    pub certificate: PathBuf,
    /// Private key of the server's certificate.
    pub key: PathBuf,
    /// Authorities a client's certificate must come from. A client without a certificate is cut off.
    pub client_roots: PathBuf,
}

/// A clock. The default is the system's; a test passes its own.
#[derive(Clone)]
pub struct Now(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Now {
    /// A clock that calls `read` whenever it is asked.
    pub fn new(read: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The present time of this clock.
    pub fn read(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl Default for Now {
    #[expect(clippy::disallowed_methods, reason = "the simulator is a service of its own with a clock of its own")]
    fn default() -> Self {
        Self::new(Utc::now)
    }
}

impl fmt::Debug for Now {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Now")
    }
}

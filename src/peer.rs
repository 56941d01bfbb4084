//! Who is at the other end of a connection: found out once, when the connection opens.

use std::net::SocketAddr;

use crate::identity::{Identity, Refusal};

/// The other end of a connection, shared by every call on it.
#[derive(Debug)]
pub struct Peer {
    /// The address the connection comes from.
    pub address: SocketAddr,
    /// What its certificate says; `None` when it presented none. The certificate's chain and
    /// its proof of possession are verified already, its meaning is judged here.
    pub identity: Option<Result<Identity, Refusal>>,
}

impl Peer {
    /// Reads the identity out of the certificate the handshake verified, DER encoded.
    #[must_use]
    pub fn new(address: SocketAddr, certificate: Option<&[u8]>) -> Self {
        Self { address, identity: certificate.map(Identity::from_der) }
    }
}

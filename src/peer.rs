//! Who is at the other end of a connection: found out once, when the connection opens.

use std::net::SocketAddr;

use crate::identity::{Certificate, Identity, Refusal};
use crate::revocation::Trail;

/// The other end of a connection, shared by every call on it.
#[derive(Debug)]
pub struct Peer {
    /// The address the connection comes from.
    pub address: SocketAddr,
    /// What its certificate says; `None` when it presented none. The certificate's chain and
    /// its proof of possession are verified already, its meaning is judged here.
    pub identity: Option<Result<Identity, Refusal>>,
    /// Issuer and serial number of its certificate, for the journal.
    pub certificate: Option<Certificate>,
    /// Where it would stand if it were revoked; looked up at every call.
    pub trail: Trail,
}

impl Peer {
    /// Reads the identity out of the certificate the handshake verified, DER encoded.
    #[must_use]
    pub fn new(address: SocketAddr, certificate: Option<(&[u8], Trail)>) -> Self {
        let Some((der, trail)) = certificate else {
            return Self { address, identity: None, certificate: None, trail: Trail::not_checked() };
        };
        Self { address, identity: Some(Identity::from_der(der)), certificate: Certificate::from_der(der), trail }
    }
}

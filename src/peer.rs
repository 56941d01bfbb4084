//! Who calls: the other end of a connection, found out once when it opens, or whom a proxy names
//! for a request.

use std::net::SocketAddr;

use crate::error::AccessError;
use crate::identity::{Certificate, Identity};
use crate::revocation::Trail;

/// Who calls, shared by every call on a connection.
#[derive(Debug)]
pub struct Peer {
    /// The address the connection comes from.
    pub address: SocketAddr,
    /// What its certificate says, or why that is nothing. The certificate's chain and
    /// its proof of possession are verified already, its meaning is judged here.
    pub identity: Result<Identity, AccessError>,
    /// Issuer and serial number of its certificate, for the journal.
    pub certificate: Option<Certificate>,
    /// Where it would stand if it were revoked; looked up at every call.
    pub trail: Trail,
}

impl Peer {
    /// Reads the identity out of the certificate the handshake verified, DER encoded.
    #[must_use]
    pub fn new(address: SocketAddr, certificate: Option<(&[u8], Trail)>) -> Self {
        let Some((der, trail)) = certificate else { return Self::refused(address, AccessError::NoCertificate) };
        let identity = Identity::from_der(der).map_err(AccessError::CertificateRefused);
        Self { address, identity, certificate: Certificate::from_der(der), trail }
    }

    /// One of whom nothing is known, and why.
    #[must_use]
    pub fn refused(address: SocketAddr, why: AccessError) -> Self {
        Self { address, identity: Err(why), certificate: None, trail: Trail::not_checked() }
    }
}

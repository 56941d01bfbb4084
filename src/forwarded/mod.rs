//! The certificate of a caller as a proxy in front of the facade passes it on: the headers
//! `Client-Cert` and `Client-Cert-Chain` of RFC 9440.
//!
//! Reading them is pure and bounded; that they may be believed at all is decided by the listener,
//! which knows from whom they come, and what they hold is verified as in a handshake of our own.

mod parse;
mod refusal;
#[cfg(test)]
mod tests;

pub use parse::{certificate, chain};
pub use refusal::{Header, Refusal};

use rustls_pki_types::CertificateDer;

/// The most certificates that are looked at above a caller's own, however they arrive. OCES3 has
/// two, the issuing authority and the root; a client that is told to send more sends a few more.
pub const MAX_CHAIN: usize = 8;

/// The certificates in the headers of one request, the caller's own first. Each header is given as the
/// values of all its lines; none at all is a caller without a certificate.
///
/// # Errors
/// When a header is there more than once, is not what RFC 9440 says, or is too large.
pub fn certificates<'h>(
    own: impl Iterator<Item = &'h [u8]>,
    above: impl Iterator<Item = &'h [u8]>,
) -> Result<Vec<CertificateDer<'static>>, Refusal> {
    match (single(own, Header::Certificate)?, single(above, Header::Chain)?) {
        (None, None) => Ok(Vec::new()),
        (None, Some(_)) => Err(Refusal::ChainAlone),
        (Some(own), None) => Ok(vec![certificate(own)?]),
        (Some(own), Some(above)) => {
            let own = certificate(own)?;
            Ok(std::iter::once(own).chain(chain(above)?).collect())
        }
    }
}

/// A second line is a header that the proxy added to one the caller had sent.
fn single<'h>(mut values: impl Iterator<Item = &'h [u8]>, header: Header) -> Result<Option<&'h [u8]>, Refusal> {
    let first = values.next();
    match values.next() {
        Some(_) => Err(Refusal::Repeated(header)),
        None => Ok(first),
    }
}

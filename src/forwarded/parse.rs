//! From the value of a header to certificates in DER. Of structured fields (RFC 8941) there is
//! just what RFC 9440 uses: a byte sequence, `:base64:`, and a list of those. Parameters, which it
//! has no use for, are refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;

use super::{Header, MAX_CHAIN, Refusal};
use crate::identity::MAX_CERTIFICATE_BYTES;

/// The longest base64 of a certificate that is looked at.
const MAX_TEXT: usize = MAX_CERTIFICATE_BYTES.div_ceil(3) * 4;

/// The certificate in a value of `Client-Cert`.
///
/// # Errors
/// When it is not one byte sequence, or more than [`MAX_CERTIFICATE_BYTES`].
pub fn certificate(value: &[u8]) -> Result<CertificateDer<'static>, Refusal> {
    byte_sequence(value.trim_ascii(), Header::Certificate)
}

/// The certificates in a value of `Client-Cert-Chain`, in its order.
///
/// # Errors
/// When it is not a list of byte sequences, or one of them is too large, or there are more than [`MAX_CHAIN`].
pub fn chain(value: &[u8]) -> Result<Vec<CertificateDer<'static>>, Refusal> {
    let items = value.split(|&byte| byte == b',');
    if items.clone().nth(MAX_CHAIN).is_some() {
        return Err(Refusal::TooMany);
    }
    items.map(|item| byte_sequence(item.trim_ascii(), Header::Chain)).collect()
}

/// The length is judged before anything is decoded, so that a refusal costs next to nothing.
fn byte_sequence(item: &[u8], header: Header) -> Result<CertificateDer<'static>, Refusal> {
    let text = item.strip_prefix(b":").and_then(|rest| rest.strip_suffix(b":")).ok_or(Refusal::Malformed(header))?;
    if text.len() > MAX_TEXT {
        return Err(Refusal::TooLarge(header));
    }
    let der = STANDARD.decode(text).map_err(|_| Refusal::Malformed(header))?;
    match der.len() {
        0 => Err(Refusal::Malformed(header)),
        1..=MAX_CERTIFICATE_BYTES => Ok(der.into()),
        _ => Err(Refusal::TooLarge(header)),
    }
}

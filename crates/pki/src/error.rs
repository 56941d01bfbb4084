//! What can go wrong when a development PKI is written.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

/// Why a command of the development PKI did not do its work.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Is raised when `init` is given a folder with files that are not ours.
    #[error("{} holds other files; choose an empty folder for the development PKI", .0.display())]
    ForeignFolder(PathBuf),
    /// Is raised when `init` is given a folder that holds a development PKI already.
    #[error("{} holds a development PKI already; choose another folder, or replace it, keys and all, with --overwrite", .0.display())]
    AlreadyThere(PathBuf),
    /// Is raised when a command needs a development PKI and the folder holds none.
    #[error("{} holds no development PKI; make one with `pki init`", .0.display())]
    NotThere(PathBuf),
    /// Is raised when a certificate of that name exists.
    #[error("there is a certificate named {0} already; choose another name")]
    NameTaken(String),
    /// Is raised when a name cannot be the name of a folder.
    #[error("`{0}` is no name for a certificate; use lower-case letters, digits and hyphens, 40 at most")]
    NameInvalid(String),
    /// Is raised when no certificate of that name exists.
    #[error("there is no certificate named {0}; manifest.json lists those there are")]
    NameUnknown(String),
    /// Is raised when a certificate has been revoked before.
    #[error("the certificate {0} is revoked already")]
    AlreadyRevoked(String),
    /// Is raised when no revocation list is kept for the certificate's issuer.
    #[error("the certificate {0} cannot be revoked: its issuer keeps no revocation list")]
    NotRevocable(String),
    /// Is raised when the CVR number of a certificate to issue is not of a development holder.
    #[error("a development certificate needs a CVR number of eight digits that begins with 9")]
    CvrNotForDevelopment,
    /// Is raised when a free text for a subject is blank, too long or holds control characters.
    #[error("{0} must be one line of 1 to 64 characters")]
    TextInvalid(&'static str),
    /// Is raised when a host is neither a DNS name nor an IP address.
    #[error("`{0}` is neither a host name nor an IP address")]
    HostInvalid(String),
    /// Is raised when the validity asked for is not a positive number of days up to 3,650.
    #[error("a certificate is valid for 1 to 3650 days")]
    DaysInvalid,
    /// Is raised when a file of the development PKI does not hold what it should.
    #[error("{} cannot be used: {why}; make a new development PKI with `pki init`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Is raised when a file or folder cannot be read or written.
    #[error("{}: {why}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        why: io::Error,
    },
    /// Is raised when the cryptographic library cannot make or use a key.
    #[error("the cryptographic library refused to {0}")]
    Crypto(&'static str),
    /// Is raised when certificate and key cannot be put into one PKCS#12 file.
    #[error("bundle.p12 cannot be made: {0}")]
    Bundle(String),
    /// Is raised when a value cannot be written as DER.
    #[error("a certificate or revocation list cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
}

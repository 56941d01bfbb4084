//! A development PKI in the shape of OCES3: the same hierarchy, algorithms, extensions and
//! subject attributes as the certificates of MitID Erhverv, so that what works with it works
//! with genuine ones, and plainly not the Danish State's: every issuer is `O=Facade DEV`, every
//! common name is marked `DEV`, every CVR number begins with 9.
//!
//! [`init`] writes a whole set into a folder, [`issue`], [`revoke`] and [`crl`] work on one that
//! is there. The set holds good certificates and, in [`Set::Full`], one certificate for each way
//! in which a certificate can be wrong; `manifest.json` ([`Manifest`]) says of each what must
//! happen to it.
//!
//! ```text
//! <folder>/manifest.json
//!         /ca/{root,issuing-1,issuing-2,server-ca}/{cert,key}.pem
//!         /servers/{facade,backend}/{cert,chain,key}.pem, bundle.p12
//!         /clients/<name>/{cert,chain,key}.pem, bundle.p12   chain.pem = the certificate and its issuing CA
//!                                                            bundle.p12 = chain and key, password `facade-dev`
//!         /crl/{root,issuing-1,issuing-2}.{crl,pem}   .crl is DER
//! ```

mod algorithm;
mod authority;
mod bundle;
mod certificate;
mod error;
mod extension;
mod folder;
mod init;
mod issue;
mod key;
mod leaf;
mod malformed;
mod manifest;
mod name;
mod revocation;

pub use authority::AuthorityName;
pub use bundle::BUNDLE_PASSWORD;
pub use error::Error;
pub use init::{Options, Set, init};
pub use issue::{Request, RequestedSubject, issue};
pub use key::KeyBits;
pub use leaf::{Holder, Kind};
pub use manifest::{AuthorityEntry, Entry, Expected, Manifest, Usage};
pub use revocation::{CRL_VALIDITY, ListFlaw, ListRequest, crl, list, revoke};

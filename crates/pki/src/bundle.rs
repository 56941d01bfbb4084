//! Certificate, chain and key in one file, PKCS#12: the form in which MitID Erhverv hands certificates out, and the one
//! that .NET, Java and PHP clients read.

use der::pem;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};

use crate::Error;
use crate::certificate::Certificate as Leaf;
use crate::key::Key;

/// The password of every bundle: no secret, since `key.pem` lies beside it unencrypted. PKCS#12 cannot do without one.
pub const BUNDLE_PASSWORD: &str = "facade-dev";

/// As OpenSSL does it. More would protect a password that is printed above.
const ITERATIONS: u32 = 2048;

/// A bundle under `name`. `issuers` are certificates in PEM, from the leaf's own issuer upwards.
pub(crate) fn bundle(name: &str, leaf: &Leaf, key: &Key, issuers: &[&str]) -> Result<Vec<u8>, Error> {
    let key = PrivateKey::from_der(key.pkcs8()?.as_ref()).map_err(cannot)?;
    let mut chain = vec![Certificate::from_der(&leaf.der).map_err(cannot)?];
    for issuer in issuers {
        let (_, der) = pem::decode_vec(issuer.as_bytes()).map_err(der::Error::from)?;
        chain.push(Certificate::from_der(&der).map_err(cannot)?);
    }
    let mut store = KeyStore::new();
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(name, key, chain)));
    let writer = store.writer(BUNDLE_PASSWORD);
    let writer = writer.encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256);
    let writer = writer.encryption_iterations(ITERATIONS).mac_algorithm(MacAlgorithm::HmacSha256);
    writer.mac_iterations(ITERATIONS).write().map_err(cannot)
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn cannot(error: p12_keystore::error::Error) -> Error {
    Error::Bundle(error.to_string())
}

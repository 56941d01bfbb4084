//! OpenSSL reads the PKCS#12 bundles of the development PKI and finds in them what lies beside them as PEM.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command::shown;
use crate::facade::Demo;
use crate::needs::debian_program;

/// What `pki` prints beside each bundle.
const PASSWORD: &str = "pass:facade-dev";

pub(super) fn read(demo: &Demo) -> Result<()> {
    debian_program("openssl", "openssl")?;
    let clients = demo.folder.join("pki/clients");
    for name in ["system", "organisation"] {
        let folder = clients.join(name);
        same(&folder, "-nokeys", "CERTIFICATE", "chain.pem")?;
        same(&folder, "-nocerts", "PRIVATE KEY", "key.pem")?;
    }
    println!("bundle.p12: OpenSSL finds the chain and the key of the PEM files");
    Ok(())
}

fn same(folder: &Path, part: &str, label: &str, file: &str) -> Result<()> {
    let mut command = Command::new("openssl");
    command.args(["pkcs12", part, "-noenc", "-passin", PASSWORD, "-in"]).arg(folder.join("bundle.p12"));
    let read = command.output().with_context(|| format!("starting {}", shown(&command)))?;
    ensure!(read.status.success(), "{} ended with {}", shown(&command), read.status);
    let read = String::from_utf8_lossy(&read.stdout); // it writes the Danish letters of names as it likes
    let (found, expected) = (blocks(&read, label), std::fs::read_to_string(folder.join(file))?);
    ensure!(found == expected, "{} is not what OpenSSL finds in bundle.p12", folder.join(file).display());
    Ok(())
}

/// The PEM blocks of a text, without the attributes that OpenSSL writes between them.
fn blocks(text: &str, label: &str) -> String {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----\n"));
    let block = |part: &str| part.split_once(&end).map(|(inside, _)| format!("{begin}{inside}{end}"));
    text.split(&begin).skip(1).filter_map(block).collect()
}

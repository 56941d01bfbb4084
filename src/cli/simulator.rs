//! `simulator`: the stand-in for the new domain services, alone.
#![allow(clippy::print_stderr, reason = "commands speak to people")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use dfdg_simulator::{Settings, TlsFiles, start};

/// Run the stand-in for the new domain services alone
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dfdg-facade simulator
  dfdg-facade simulator --address 127.0.0.1:8445 --certificate chain.pem --key key.pem --client-roots root.pem

Scripted trouble and received calls: POST /simulator/trouble, GET /simulator/calls; see simulator/README.md.")]
pub(super) struct Simulator {
    /// Where to listen; loopback only, unless mutual TLS is given
    #[arg(long, default_value = "127.0.0.1:8445")]
    address: SocketAddr,
    /// Certificate chain of the server (PEM); mutual TLS takes all three files
    #[arg(long, value_name = "FILE", requires_all = ["key", "client_roots"])]
    certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Authorities of client certificates (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    client_roots: Option<PathBuf>,
}

impl Simulator {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let tls = match (self.certificate, self.key, self.client_roots) {
            (Some(certificate), Some(key), Some(client_roots)) => Some(TlsFiles { certificate, key, client_roots }),
            _ if !self.address.ip().is_loopback() => {
                eprintln!(
                    "without TLS the simulator listens on loopback only; give --certificate, --key and --client-roots"
                );
                return Ok(ExitCode::from(2));
            }
            _ => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let running = start(Settings { address: self.address, tls, ..Settings::local() }).await?;
            eprintln!("simulator  {scheme}://{}   Ctrl-C ends it", running.address());
            tokio::signal::ctrl_c().await?;
            running.stop().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

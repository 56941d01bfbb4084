//! nginx in two parts: the backend that answers always the same, and the reverse proxy to compare with.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::facade::{Demo, Process};

/// How the backend is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Hop {
    /// Mutual TLS, as in production
    Tls,
    /// HTTP alone: what is left is the work at the caller's side and in between
    Plain,
}

/// What the backend answers.
pub(super) struct Answers {
    /// To a GET, where that is not all.
    pub(super) read: Option<String>,
    /// To everything else.
    pub(super) last: String,
}

/// An nginx that runs.
pub(super) struct Nginx {
    /// Where it is reached.
    pub(super) url: String,
    /// Its master process.
    pub(super) process: Process,
}

impl Nginx {
    /// A backend over mutual TLS or over plain HTTP.
    pub(super) fn backend(work: &Path, port: u16, answers: &Answers, demo: &Demo, hop: Hop) -> Result<Self> {
        let pki = pki(&demo.folder)?;
        let tls = match hop {
            Hop::Plain => String::new(),
            Hop::Tls => listens_with(&pki.join("servers/backend"), &trusted(work, &pki)?),
        };
        let (scheme, ssl) = match hop {
            Hop::Plain => ("http", ""),
            Hop::Tls => ("https", " ssl"),
        };
        let Answers { read, last } = answers;
        let read = read
            .as_ref()
            .map_or_else(String::new, |json| format!("if ($request_method = GET) {{ return 200 '{json}'; }} "));
        let server = format!(
            "server {{\n listen 127.0.0.1:{port}{ssl} backlog=4096;\n{tls} default_type application/json;\n \
             location / {{ {read}return 200 '{last}'; }}\n \
             location = /read {{ return 204; }}\n}}"
        );
        Self::start(work, "backend", port, scheme, &server)
    }

    /// A reverse proxy with mutual TLS towards callers, the same certificates as the facade, and kept connections to
    /// the backend. With `reads` it does what an update does, as nginx can: a GET to the backend before each call, whose
    /// answer decides on that. That answer is empty, because nginx keeps no connection on which one with a body came.
    pub(super) fn proxy(work: &Path, port: u16, backend: &str, demo: &Demo, reads: bool) -> Result<Self> {
        let pki = pki(&demo.folder)?;
        let tls = listens_with(&pki.join("servers/facade"), &trusted(work, &pki)?);
        let (scheme, address) = backend.split_once("://").context("the backend's address has no scheme")?;
        let client = pki.join("clients/facade");
        let towards_backend = match scheme {
            "https" => format!(
                "  proxy_ssl_certificate {};\n  proxy_ssl_certificate_key {};\n  proxy_ssl_trusted_certificate {};\n  \
                 proxy_ssl_verify on;\n  proxy_ssl_name localhost;\n  proxy_ssl_protocols TLSv1.3;\n",
                client.join("chain.pem").display(),
                client.join("key.pem").display(),
                pki.join("ca/server-ca/cert.pem").display()
            ),
            _ => String::new(),
        };
        let kept = format!("proxy_http_version 1.1;\n  proxy_set_header Connection \"\";\n{towards_backend}");
        let (asks, read) = match reads {
            false => ("", String::new()),
            true => (
                "auth_request /read;\n  ",
                format!(
                    " location = /read {{\n  internal;\n  proxy_pass {scheme}://backend;\n  proxy_method GET;\n  \
                     proxy_pass_request_body off;\n  proxy_set_header Content-Length \"\";\n  {kept} }}\n"
                ),
            ),
        };
        let text = format!(
            "upstream backend {{ server {address}; keepalive 64; keepalive_requests 100000000; }}\nserver {{\n \
             listen 127.0.0.1:{port} ssl backlog=4096;\n{tls} location / {{\n  {asks}proxy_pass {scheme}://backend;\n  \
             {kept} }}\n{read}}}"
        );
        Self::start(work, "proxy", port, "https", &text)
    }

    /// One that verifies client certificates by the facade's trust and lists, and answers with a line of text.
    pub(super) fn handshakes(work: &Path, port: u16, demo: &Demo) -> Result<Self> {
        let pki = pki(&demo.folder)?;
        let (trusted, lists) = (trusted(work, &pki)?, work.join("lists.pem"));
        std::fs::write(&lists, super::handshakes::lists(&pki)?)?;
        let server = pki.join("servers/facade");
        let text = format!(
            "server {{\n listen 127.0.0.1:{port} ssl backlog=4096;\n ssl_certificate {};\n ssl_certificate_key {};\n \
             ssl_protocols TLSv1.2 TLSv1.3;\n ssl_client_certificate {};\n ssl_crl {};\n ssl_verify_client on;\n \
             ssl_verify_depth 3;\n default_type text/plain;\n location / {{ return 200 'x'; }}\n}}",
            server.join("chain.pem").display(),
            server.join("key.pem").display(),
            trusted.display(),
            lists.display(),
        );
        Self::start(work, "handshakes", port, "https", &text)
    }

    fn start(work: &Path, name: &str, port: u16, scheme: &str, server: &str) -> Result<Self> {
        let file = work.join(format!("{name}.conf"));
        std::fs::write(&file, configuration(work, name, server))?;
        let log = work.join(format!("{name}.log"));
        let mut process = Process::start(Command::new("nginx").arg("-p").arg(work).arg("-c").arg(file), &log)?;
        let listening = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        process.wait_until("nginx did not start", listening)?;
        Ok(Self { url: format!("{scheme}://127.0.0.1:{port}"), process })
    }
}

/// A server's certificate, and whose client certificates it takes.
fn listens_with(server: &Path, trusted: &Path) -> String {
    let (chain, key, trusted) = (server.join("chain.pem"), server.join("key.pem"), trusted.display());
    format!(
        " ssl_certificate {};\n ssl_certificate_key {};\n ssl_protocols TLSv1.3;\n ssl_client_certificate {trusted};\n \
         ssl_verify_client on;\n ssl_verify_depth 3;\n",
        chain.display(),
        key.display()
    )
}

/// The file of those who issue client certificates.
fn trusted(work: &Path, pki: &Path) -> Result<PathBuf> {
    let file = work.join("trusted.pem");
    std::fs::write(&file, issuers(pki)?)?;
    Ok(file)
}

/// As many workers as cores, no access log, connections kept for the whole run.
fn configuration(work: &Path, name: &str, server: &str) -> String {
    let work = work.display();
    format!(
        "daemon off;\nworker_processes auto;\npid {work}/{name}.pid;\nerror_log stderr warn;\n\
         events {{ worker_connections 4096; }}\nhttp {{\naccess_log off;\nkeepalive_requests 100000000;\n\
         client_body_temp_path {work}/{name}.body;\nproxy_temp_path {work}/{name}.proxy;\n{server}\n}}\n"
    )
}

/// The folder of the demo that holds the development PKI.
fn pki(demo: &Path) -> Result<PathBuf> {
    let mut candidates = std::fs::read_dir(demo)?.filter_map(|entry| Some(entry.ok()?.path()));
    let found = candidates.find(|folder| folder.join("servers/facade/chain.pem").exists());
    let here = demo.join("servers/facade/chain.pem").exists().then(|| demo.to_owned());
    found.or(here).with_context(|| format!("no PKI in {}", demo.display()))
}

/// The certificates of those who issue client certificates, one after the other.
fn issuers(pki: &Path) -> Result<String> {
    let mut authorities: Vec<_> =
        std::fs::read_dir(pki.join("ca"))?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    authorities.retain(|folder| !folder.ends_with("server-ca"));
    authorities.sort();
    let read = |folder: &PathBuf| std::fs::read_to_string(folder.join("cert.pem"));
    Ok(authorities.iter().map(read).collect::<Result<Vec<_>, _>>()?.concat())
}

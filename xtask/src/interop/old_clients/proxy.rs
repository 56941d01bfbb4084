//! HAProxy and nginx, with the files of config/proxy.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command::run;
use crate::facade::Process;
use crate::needs::debian_program;
use crate::ports;

const MODULES: &str = "/usr/lib/nginx/modules";

/// Fails when a program is missing and cannot be installed.
pub(super) fn needs() -> Result<()> {
    debian_program("openssl", "openssl")?;
    debian_program("haproxy", "haproxy")?;
    debian_program("nginx", "nginx-light")?;
    let module = Path::new(MODULES).join("ngx_http_js_module.so");
    if !module.exists() {
        run(Command::new("apt-get").args(["install", "--yes", "libnginx-mod-http-js"]))?;
    }
    ensure!(module.exists(), "{} is missing; with Debian: apt-get install libnginx-mod-http-js", module.display());
    Ok(())
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Haproxy,
    Nginx,
}

/// Certificates and keys as the two files want them.
pub(super) struct Files {
    /// By which the facade knows the proxy.
    pub(super) proxy_certificate: PathBuf,
}

impl Files {
    pub(super) fn make(work: &Path, pki: &Path) -> Result<Self> {
        let join = |name: &str, parts: &[&str]| -> Result<()> {
            let texts = parts.iter().map(|part| std::fs::read_to_string(pki.join(part)));
            Ok(std::fs::write(work.join(name), texts.collect::<Result<Vec<_>, _>>()?.concat())?)
        };
        join("oces3.pem", &["ca/root/cert.pem", "ca/issuing-1/cert.pem"])?;
        join("front.pem", &["servers/facade/chain.pem", "servers/facade/key.pem"])?;
        join("facade-ca.pem", &["ca/server-ca/cert.pem"])?;
        let (key, certificate) = (work.join("proxy.key"), work.join("proxy.crt"));
        let mut request = Command::new("openssl");
        request.args(["req", "-x509", "-newkey", "rsa:3072", "-noenc", "-days", "90", "-subj", "/CN=facade-proxy"]);
        run(request.arg("-keyout").arg(&key).arg("-out").arg(&certificate))?;
        std::fs::write(work.join("proxy.pem"), [std::fs::read(&certificate)?, std::fs::read(&key)?].concat())?;
        Ok(Self { proxy_certificate: certificate })
    }
}

/// One that runs.
pub(super) struct Proxy {
    /// Host and port.
    pub(super) address: String,
    _process: Process,
}

impl Proxy {
    pub(super) fn start(kind: Kind, root: &Path, work: &Path, facade: &str) -> Result<Self> {
        let port = ports::free_block(1)?;
        let address = format!("127.0.0.1:{port}");
        let facade = facade.replace("https://localhost", "127.0.0.1");
        let folder = work.to_str().context("the target directory is not UTF-8")?;
        let (name, changes) = match kind {
            Kind::Haproxy => {
                ("haproxy.cfg", vec![("bind :8445", format!("bind {address}")), ("/etc/haproxy", folder.into())])
            }
            Kind::Nginx => (
                "nginx.conf",
                vec![
                    ("listen 8445", format!("listen {address}")),
                    ("/etc/nginx/facade", folder.into()),
                    ("modules/", format!("{MODULES}/")),
                    // what a package sets, and a run of one's own has to
                    ("events {", format!("daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{")),
                    (
                        "http {",
                        format!(
                            "http {{\naccess_log off;\nclient_body_temp_path {folder}/body;\nproxy_temp_path {folder}/temp;"
                        ),
                    ),
                ],
            ),
        };
        let common = [("192.0.2.20:8443", facade), ("facade.example.dk", "localhost".to_owned())];
        let mut text = std::fs::read_to_string(root.join("config/proxy").join(name))?;
        for (is, shall_be) in changes.into_iter().chain(common) {
            ensure!(text.contains(is), "config/proxy/{name}: {is} is not in it");
            text = text.replace(is, &shall_be);
        }
        std::fs::copy(root.join("config/proxy/client_cert.js"), work.join("client_cert.js"))?;
        let file = work.join(name);
        std::fs::write(&file, text)?;
        let mut command = match kind {
            Kind::Haproxy => Command::new("haproxy"),
            Kind::Nginx => Command::new("nginx"),
        };
        match kind {
            Kind::Haproxy => command.arg("-db").arg("-f").arg(&file),
            Kind::Nginx => command.arg("-p").arg(work).args(["-e", "stderr"]).arg("-c").arg(&file),
        };
        let mut process = Process::start(&mut command, &file.with_extension("log"))?;
        process.wait_until("the proxy did not start", || TcpStream::connect(&address).is_ok())?;
        Ok(Self { address, _process: process })
    }
}

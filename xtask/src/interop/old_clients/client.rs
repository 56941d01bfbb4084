//! `openssl s_client` as the old client: it still speaks what nothing else does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::command::shown;

const PATH: &str = "/PjakTassWCFtService/1/BookingService.svc";

/// What is sent.
#[derive(Clone, Copy)]
pub(super) enum Request {
    /// GetBookings.
    Call,
    /// The same, with a header that says who somebody else is.
    Forged,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    /// The HTTP status; none when the handshake failed.
    pub(super) status: Option<u16>,
    text: String,
}

/// The certificates of the demo, and the requests as files.
pub(super) struct Client {
    pki: PathBuf,
    folder: PathBuf,
}

impl Client {
    pub(super) fn new(demo: &Path) -> Result<Self> {
        let body = std::fs::read_to_string(demo.join("get-bookings.xml"))?;
        let pki = demo.join("pki");
        let pem = std::fs::read_to_string(pki.join("clients/system/cert.pem"))?;
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let request = |headers: &str| {
            format!(
                "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\nConnection: close\r\n\
                 {headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        std::fs::write(demo.join("call.http"), request(""))?;
        std::fs::write(demo.join("forged.http"), request(&format!("Client-Cert: :{base64}:\r\n")))?;
        Ok(Self { pki, folder: demo.to_owned() })
    }

    /// One connection, one request.
    pub(super) fn ask(
        &self,
        address: &str,
        certificate: Option<&str>,
        how: &[&str],
        request: Request,
    ) -> Result<Answer> {
        let file = self.folder.join(match request {
            Request::Call => "call.http",
            Request::Forged => "forged.http",
        });
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-ign_eof", "-connect", address]).args(how);
        if let Some(name) = certificate {
            let folder = self.pki.join("clients").join(name);
            command.arg("-cert").arg(folder.join("cert.pem")).arg("-key").arg(folder.join("key.pem"));
        }
        command.stdin(File::open(&file)?).stderr(Stdio::piped());
        let output = command.output().with_context(|| format!("starting {}", shown(&command)))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        println!("$ {} < {}: {status:?}", shown(&command), file.display());
        Ok(Answer { status, text })
    }

    /// The call of a session that another connection began.
    pub(super) fn resume(&self, address: &str, how: &[&str]) -> Result<Answer> {
        let session = self.folder.join("session.pem");
        let session = session.to_str().context("the target directory is not UTF-8")?;
        self.ask(address, Some("system"), &[how, &["-sess_out", session]].concat(), Request::Call)?.is(200, "")?;
        self.ask(address, Some("system"), &[how, &["-sess_in", session]].concat(), Request::Call)
    }
}

impl Answer {
    /// Fails unless it is of this status and holds this text.
    pub(super) fn is(&self, status: u16, text: &str) -> Result<()> {
        ensure!(self.status == Some(status) && self.text.contains(text), "{status} with {text} was due: {self:?}");
        Ok(())
    }
}

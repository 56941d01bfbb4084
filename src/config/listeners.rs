//! Settings of the listeners, for callers and for publishers.

use super::reader::{MUST_BE_SET, Reader, given, optional};
use super::value::{Refused, Value, base_url};
use super::{
    Callers, CertificateFiles, ClientCertificate, DocumentLimits, Intake, Limits, ListSource, Proxy, PublicUrl,
    Revocation, Trust,
};
use std::net::IpAddr;
use std::time::Duration;

impl Reader<'_> {
    pub(super) fn callers(&mut self) -> Callers {
        Callers {
            address: self.address("callers.address"),
            public_url: self.read("callers.public_url", PublicUrl::FromHost, public_url),
            server: CertificateFiles { certificate: self.file("callers.certificate"), key: self.file("callers.key") },
            client_certificate: self.read(
                "callers.client_certificate",
                ClientCertificate::Required,
                client_certificate,
            ),
            trust: Trust {
                roots: self.required_files("callers.trust.roots"),
                issuing: self.files("callers.trust.issuing"),
                mixed_environments: self.read("callers.trust.mixed_environments", false, Value::truth),
                revocation: self.revocation(),
            },
            proxy: self.proxy(),
            limits: self.limits("callers"),
            document: DocumentLimits {
                depth: self.count("callers.limits.depth"),
                nodes: self.count("callers.limits.nodes"),
                attributes: self.count("callers.limits.attributes"),
            },
        }
    }

    /// What is wrong with it is told whether it is enabled or not.
    pub(super) fn intake(&mut self, callers: &Callers) -> Option<Intake> {
        let enabled = self.read("intake.enabled", false, Value::truth);
        let intake = Intake {
            address: self.address("intake.address"),
            server: self.own_certificate("intake.certificate", "intake.key").unwrap_or(callers.server.clone()),
            client_certificate: self.read("intake.client_certificate", ClientCertificate::Required, client_certificate),
            limits: self.limits("intake"),
        };
        enabled.then_some(intake)
    }

    /// A certificate that need not be there, and then without a key.
    fn own_certificate(&mut self, certificate: &str, key: &str) -> Option<CertificateFiles> {
        let is_set =
            |reader: &mut Self, name| reader.read(name, None, |value| Ok(optional(value)?.map(drop))).is_some();
        match (is_set(self, certificate), is_set(self, key)) {
            (false, false) => None,
            _ => Some(CertificateFiles { certificate: self.file(certificate), key: self.file(key) }),
        }
    }

    /// Addresses alone would let in whoever shares one; certificates alone would never be asked for.
    fn proxy(&mut self) -> Proxy {
        const ADDRESSES: &str = "callers.proxy.addresses";
        const CERTIFICATES: &str = "callers.proxy.certificates";
        let known = self.problems.len();
        let proxy = Proxy {
            addresses: self.read(ADDRESSES, Vec::new(), |value| value.list()?.iter().map(|item| ip(item)).collect()),
            certificates: self.files(CERTIFICATES),
        };
        match (proxy.addresses.is_empty(), proxy.certificates.is_empty()) {
            _ if self.problems.len() > known => {}
            (false, true) => self.refuse(CERTIFICATES, "must be set when there are proxies in `addresses`"),
            (true, false) => self.refuse(ADDRESSES, "must be set when there are `certificates` of proxies"),
            _ => {}
        }
        proxy
    }

    fn revocation(&mut self) -> Revocation {
        const SOURCES: &str = "callers.trust.revocation";
        let revocation = Revocation {
            sources: self.list_sources(SOURCES),
            accept_revoked: self.read("callers.trust.accept_revoked_certificates", false, Value::truth),
            refresh: self.duration("callers.trust.revocation_refresh"),
            grace: self.read("callers.trust.revocation_grace", Duration::ZERO, Value::duration_or_none),
            folder: self.new_file("callers.trust.revocation_folder"),
        };
        let known = self.problems.iter().any(|problem| problem.message.contains(&format!("`{SOURCES}`")));
        match (revocation.sources.is_empty(), revocation.accept_revoked) {
            (true, false) if !known => self.refuse(SOURCES, NO_LIST),
            (false, true) => {
                self.refuse(SOURCES, "names lists that `accept_revoked_certificates` keeps from being read");
            }
            _ => {}
        }
        let fetched = revocation.sources.iter().any(ListSource::is_url);
        if fetched && revocation.folder.is_none() {
            self.refuse("callers.trust.revocation_folder", MUST_BE_SET);
        }
        revocation
    }

    fn limits(&mut self, listener: &str) -> Limits {
        let name = |limit| format!("{listener}.limits.{limit}");
        Limits {
            max_body_bytes: self.read(&name("max_body_bytes"), 1, Value::size),
            header_timeout: self.duration(&name("header_timeout")),
            body_timeout: self.duration(&name("body_timeout")),
            handshake_timeout: self.duration(&name("handshake_timeout")),
            keep_alive: self.duration(&name("keep_alive")),
            connections: self.count(&name("connections")),
            connections_per_address: self.count(&name("connections_per_address")),
        }
    }
}

/// Without lists nobody could tell who has been revoked; whoever wants that says so.
const NO_LIST: &str = "must be set; for a test without lists set `accept_revoked_certificates = true` in its place";

fn ip(text: &str) -> Result<IpAddr, Refused> {
    text.trim().parse().map_err(|_| "must be IP addresses, such as [\"192.0.2.10\", \"2001:db8::10\"]")
}

fn public_url(value: &Value) -> Result<PublicUrl, Refused> {
    match given(value)? {
        "from-host" => Ok(PublicUrl::FromHost),
        url => base_url(url).map(PublicUrl::Fixed),
    }
}

fn client_certificate(value: &Value) -> Result<ClientCertificate, Refused> {
    match value.text()? {
        "optional" => Ok(ClientCertificate::Optional),
        "required" => Ok(ClientCertificate::Required),
        _ => Err("must be \"optional\" or \"required\""),
    }
}

//! The listeners there are, and what each shows and believes.

use crate::config::{Callers, CertificateFiles, ClientCertificate, Intake, Proxy, Trust};

/// Whom a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Old clients, which call.
    Callers,
    /// Publishers, which deliver messages.
    Intake,
}

impl Role {
    /// Its name in settings, log lines and metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Callers => "callers",
            Self::Intake => "intake",
        }
    }

    /// The setting of its server certificate.
    pub(crate) fn certificate(self) -> &'static str {
        match self {
            Self::Callers => "callers.certificate",
            Self::Intake => "intake.certificate",
        }
    }

    /// The setting of the key to that.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Callers => "callers.key",
            Self::Intake => "intake.key",
        }
    }
}

/// What a listener shows of itself, and whom it believes.
#[derive(Clone, Copy, Debug)]
pub struct TlsSettings<'c> {
    pub(crate) role: Role,
    pub(crate) server: &'c CertificateFiles,
    pub(crate) client_certificate: ClientCertificate,
    pub(crate) trust: &'c Trust,
    /// Publishers come without a proxy.
    pub(crate) proxy: Option<&'c Proxy>,
}

impl<'c> TlsSettings<'c> {
    /// Those of publishers, who are believed as callers are.
    #[must_use]
    pub fn of_intake(intake: &'c Intake, callers: &'c Callers) -> Self {
        let Intake { server, client_certificate, .. } = intake;
        let (role, client_certificate) = (Role::Intake, *client_certificate);
        Self { role, server, client_certificate, trust: &callers.trust, proxy: None }
    }
}

impl<'c> From<&'c Callers> for TlsSettings<'c> {
    fn from(callers: &'c Callers) -> Self {
        let Callers { server, client_certificate, trust, proxy, .. } = callers;
        let (role, client_certificate) = (Role::Callers, *client_certificate);
        Self { role, server, client_certificate, trust, proxy: Some(proxy) }
    }
}

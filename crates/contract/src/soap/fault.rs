//! SOAP 1.1 faults.

use crate::schema::{ElementId, Schema};
use crate::soap::ENVELOPE_NAMESPACE;
use crate::write::Writer;
use crate::xml::escape;

/// Who has to do something about a fault, as SOAP 1.1 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// The message was wrong.
    Client,
    /// The message was right, and could not be served.
    Server,
    /// A header block that must be understood was not.
    MustUnderstand,
    /// The envelope is of another SOAP version.
    VersionMismatch,
}

impl FaultCode {
    /// Its local name, as it stands after the prefix in `faultcode`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Server => "Server",
            Self::MustUnderstand => "MustUnderstand",
            Self::VersionMismatch => "VersionMismatch",
        }
    }
}

/// The element a contract declares for fault details, and the values of its children by local name.
#[derive(Clone, Copy, Debug)]
pub struct Detail<'a> {
    /// The schema that declares it.
    pub schema: &'a Schema,
    /// Its declaration, such as that of `FaultDetails`.
    pub element: ElementId,
    /// Values of its children; those the declaration does not have are left out.
    pub values: &'a [(&'a str, &'a str)],
}

/// A fault in its envelope. Never fails: a detail the contract does not allow is left out.
#[must_use]
pub fn fault(code: FaultCode, text: &str, detail: Option<Detail<'_>>) -> String {
    let mut out = String::with_capacity(512);
    out.push_str("<s:Envelope xmlns:s=\"");
    out.push_str(ENVELOPE_NAMESPACE);
    out.push_str("\"><s:Body><s:Fault><faultcode>s:");
    out.push_str(code.name());
    out.push_str("</faultcode><faultstring>");
    escape::text(&mut out, text);
    out.push_str("</faultstring>");
    if let Some(written) = detail.and_then(write_detail) {
        out.push_str("<detail>");
        out.push_str(&written);
        out.push_str("</detail>");
    }
    out.push_str("</s:Fault></s:Body></s:Envelope>");
    out
}

fn write_detail(detail: Detail<'_>) -> Option<String> {
    let mut writer = Writer::bare(detail.schema, detail.element);
    for child in detail.schema.children(detail.element) {
        let name = &detail.schema.element(child.element).name.local;
        if let Some((_, value)) = detail.values.iter().find(|(local, _)| **local == **name) {
            writer.leaf(child.element, value).ok()?;
        }
    }
    writer.finish().ok()
}

//! Tables of requests that must be refused.

use super::{Fault, Request, World};

/// A request and the fault it must get.
pub(crate) struct Row {
    what: &'static str,
    request: Request,
    code: &'static str,
    number: Option<u32>,
    text: String,
}

impl Row {
    /// One that is told with a number.
    pub(crate) fn new(what: &'static str, request: Request, number: u32, text: &str) -> Self {
        Self { what, request, code: "Client", number: Some(number), text: text.to_owned() }
    }

    /// One whose envelope itself is refused, with a fault code of SOAP and no details.
    pub(crate) fn of_the_envelope(what: &'static str, request: Request, code: &'static str, text: &str) -> Self {
        Self { what, request, code, number: None, text: text.to_owned() }
    }

    /// `None` when the fault is as it must be.
    fn judge(&self, fault: &Fault) -> Option<String> {
        let good = fault.code == self.code && fault.number == self.number && fault.text.contains(&self.text);
        let wanted = (self.code, self.number, &self.text);
        (!good).then(|| format!("{}: {wanted:?} is wanted, not\n    {fault:?}", self.what))
    }
}

impl World {
    /// Sends all requests on one connection, and a good one after each: whatever a caller sent,
    /// the next call is served.
    pub(crate) async fn refuses(&self, rows: Vec<Row>) {
        let mut connection = self.connect().await;
        let mut wrong = Vec::new();
        for row in rows {
            let response = connection.call(&row.request).await;
            wrong.extend(row.judge(&self.refused(&response).await));
            connection.call(&Request::get_bookings()).await.reply();
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

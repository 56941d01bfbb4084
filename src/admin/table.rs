//! Who calls what, as a table for people.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use crate::clock;
use crate::usage::{Called, DAYS, Report, Standing};

/// The table. Names come from files and contracts, so they may hold anything.
pub(super) fn of(report: &Report) -> String {
    let mut table = format!(
        "<table><tr><th>client system<th>service<th>operation<th>last call<th>today<th>7 days<th>{DAYS} days<th>faults"
    );
    for standing in &report.clients {
        write_client(&mut table, standing);
    }
    table.push_str("</table>");
    if report.clients.is_empty() {
        table.push_str("<p>No client system is registered.");
    }
    table
}

fn write_client(table: &mut String, standing: &Standing) {
    let contact = standing.contact.as_deref().map_or_else(|| "not registered any more".to_owned(), escape);
    let silence = standing.silence().map(|silence| format!("<br>{silence}")).unwrap_or_default();
    let name = format!("<b>{}</b><br>{contact}{silence}", escape(&standing.client));
    if standing.called.is_empty() {
        let _ = write!(table, "<tr class=\"client\"><td>{name}<td colspan=7>"); // a String takes everything
    }
    for (number, Called { service, operation, last, today, week, month, faults }) in standing.called.iter().enumerate()
    {
        let (class, name) = if number == 0 { (" class=\"client\"", &*name) } else { ("", "") };
        let (service, operation, last) = (escape(service), escape(operation), when(*last));
        let _ = write!(
            table,
            "<tr{class}><td>{name}<td>{service}<td>{operation}<td>{last}\
             <td class=n>{today}<td class=n>{week}<td class=n>{month}<td class=n>{faults}"
        );
    }
}

/// As clocks in Denmark show it.
fn when(moment: DateTime<Utc>) -> String {
    clock::in_denmark(moment).format("%Y-%m-%d %H:%M").to_string()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

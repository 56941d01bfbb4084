//! The generated reference: one page in Markdown for each old service.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dfdg_contract::Operation;
use dfdg_mapping::{Catalogue, Gone, LineInfo, Served, Service};

use super::element;
use super::operation::{Section, evidence, target};
use super::table::{Table, code};

const MADE: &str = "<!-- Made by `dfdg-facade explain --markdown docs/services` out of contracts and mappings. Change those, not this. -->";

const HOW_TO_READ: &str = "\
Every element of the old contract stands here, with what becomes of it on the new side and how surely that is known. *Documented*: it was
read in the source that is named. **Assumed**: it was read nowhere, and the reason follows. Paths are local names below the message's own
element; a code stands for the element that wraps it. `create:/x` is the member `x` in the answer of the call `create`, `path:x` a value
in its path, `header:` a header block, `organisation-type`, `organisation-code` and `setting:` are of the organisation called for,
`caller-identifier` of the caller's certificate, `./x` is a member of the item of a list. The words for *how* are explained in
[docs/mapping.md](../mapping.md).";

const BESIDES: &str = "\
Besides the faults listed with an operation, every one has those of all services: 1014 for a message that breaks the contract, with place
and rule; 8232 to 8235 for its header blocks; 1012, 1013, 1101, 4413 and 4575 for who calls and for whom; 1011 when a new service does not
answer or answers what its contract does not have. A code of a new service comes back as its old partner in
[mappings/faults.toml](../../mappings/faults.toml), or as it is where it has none. In the diagrams, calls below `par` are made side by side.";

/// The elements by which a request names the organisation it is made for, and the facts they become once that is granted.
const GRANTED: [(&str, &str); 2] = [
    ("ActiveOrganisationHeader/OrganisationTypeIdentifier", "organisation-type"),
    ("ActiveOrganisationHeader/OrganisationCode", "organisation-code"),
];

/// All pages, with the names of their files.
pub(super) fn pages(catalogue: &Catalogue) -> Vec<(String, String)> {
    let services = catalogue.services.iter().map(|service| (&service.name, served(catalogue, service)));
    let all = services.chain(catalogue.gone.iter().map(|gone| (&gone.name, gone_for_good(gone))));
    all.map(|(name, page)| (format!("{name}.md"), page)).collect()
}

fn served(catalogue: &Catalogue, service: &Service) -> String {
    let mut page = format!("# {}\n\n{MADE}\n\n", service.name);
    let paths: Vec<_> = service.paths.iter().map(|path| code(path)).collect();
    let _ = writeln!(page, "At {}: {}.\n", paths.join(", "), evidence(&service.evidence));
    for (operation, served) in service.contract.operations().iter().zip(&service.operations) {
        let _ = match served {
            Served::Plan(_) => writeln!(page, "- [{}](#{})", operation.name, operation.name.to_lowercase()),
            Served::Refused { reason, .. } => writeln!(page, "- {} is not served: {reason}", operation.name),
        };
    }
    for unserved in &service.unserved {
        let _ = writeln!(page, "- {}", unserved.reason);
    }
    lenient(service, &mut page);
    let _ = writeln!(page, "\n{HOW_TO_READ}\n\n{BESIDES}");
    let sections = sections(catalogue, service);
    if let Some(first) = sections.first() {
        let shown = header_blocks(first, &sections, &mut page);
        sent_besides(first, &sections, &shown, &mut page);
    }
    sections.iter().for_each(|section| section.write(&mut page));
    page
}

fn sections<'a>(catalogue: &'a Catalogue, service: &'a Service) -> Vec<Section<'a>> {
    let plans = service.operations.iter().zip(service.contract.operations());
    let section = |(served, operation): (&'a Served, &'a Operation)| match served {
        Served::Plan(plan) => Some(Section { catalogue, contract: &service.contract, operation, info: plan.info() }),
        Served::Refused { .. } => None,
    };
    plans.filter_map(section).collect()
}

/// What requests may do that the contract does not say.
fn lenient(service: &Service, page: &mut String) {
    let leniency = &service.leniency;
    let order = leniency.any_order.then(|| {
        "- The elements of a structure may come in any order; how often each may come stays as it is.".to_owned()
    });
    let also = leniency.also.iter().map(|(sent, own)| format!("- Requests may send {} for {}.", code(sent), code(own)));
    let unread = leniency.unread_headers.iter();
    let unread =
        unread.map(|name| format!("- Nobody looks into the header block {}, which may be left out.", code(name)));
    let all: Vec<String> = order.into_iter().chain(also).chain(unread).collect();
    if !all.is_empty() {
        let _ = writeln!(page, "\nBeyond the contract:\n\n{}", all.join("\n"));
    }
}

/// What goes with every call and is made of no header block.
fn sent_besides(first: &Section<'_>, sections: &[Section<'_>], shown: &BTreeSet<String>, page: &mut String) {
    let mut table = Table::new(&["sent", "made of", "how", "evidence"]);
    let mut seen = shown.clone();
    for line in
        sections.iter().flat_map(|section| section.info.lines.iter().filter(|line| line.file != section.info.file))
    {
        if seen.insert(line.target.clone()) {
            table.row([target(line), code(&line.source), first.how(line, None), evidence(&line.evidence)]);
        }
    }
    table.write("## Sent with every call, made of no header block", page);
}

/// What stands in the header blocks goes with every call, whatever the operation. The answer is what they become.
fn header_blocks(first: &Section<'_>, sections: &[Section<'_>], page: &mut String) -> BTreeSet<String> {
    let schema = first.contract.schema();
    let mut shown = BTreeSet::new();
    let mut table = Table::new(&["old element", "type", "how often", "becomes", "how", "evidence"]);
    for block in &first.operation.headers {
        for element in element::below(schema, block.element) {
            let path = format!("{}/{}", block.name, element.path);
            let source = format!("header:{path}");
            let granted = GRANTED.iter().find(|(element, _)| *element == path).map(|(_, fact)| (*fact).to_owned());
            let reads =
                |line: &&LineInfo| line.reads.iter().any(|read| *read == source || Some(read) == granted.as_ref());
            let mut seen = BTreeSet::new();
            let lines = sections.iter().flat_map(|section| &section.info.lines);
            let lines: Vec<&LineInfo> = lines.filter(reads).filter(|line| seen.insert(line.target.clone())).collect();
            let start = [code(&path), element.kind, element.often];
            if lines.is_empty() {
                table.row([&start[..], &<[String; 3]>::default()].concat());
            }
            for line in lines {
                shown.insert(line.target.clone());
                let how = first.how(line, Some(&source));
                table.row([&start[..], &[target(line), how, evidence(&line.evidence)]].concat());
            }
        }
    }
    table.write("## Header blocks, sent with every call", page);
    shown
}

fn gone_for_good(gone: &Gone) -> String {
    let paths: Vec<_> = gone.paths.iter().map(|path| code(path)).collect();
    format!(
        "# {}\n\n{MADE}\n\nAt {}. It is gone: every call gets fault {} with the text\n\n> {}\n\n{}\n",
        gone.name,
        paths.join(", "),
        gone.fault,
        gone.text,
        evidence(&gone.evidence)
    )
}

#[cfg(test)]
mod tests {
    use dfdg_mapping::Plan;

    use super::*;
    use crate::catalogue::{Catalogue, CatalogueFiles};

    #[test]
    fn nothing_a_plan_tells_is_left_out() {
        let catalogue = Catalogue::compile(&CatalogueFiles::default()).unwrap();
        let pages = pages(catalogue.mapping());
        for info in catalogue.mapping().plans().map(Plan::info) {
            let (_, page) = pages.iter().find(|(name, _)| *name == format!("{}.md", info.service)).unwrap();
            let from = page.find(&format!("\n## {}\n", info.operation)).unwrap();
            let to = page[from + 1..].find("\n## ").map_or(page.len(), |length| from + 1 + length);
            let own = |line: &&LineInfo| line.file == info.file && !line.target.starts_with("reply ");
            for line in info.lines.iter().filter(own) {
                assert!(page[from..to].contains(&target(line)), "{}: {}", info.operation, line.target);
            }
            let replies = info.lines.iter().filter(|line| line.target.starts_with("reply "));
            let shared = info.lines.iter().filter(|line| line.file != info.file).map(target);
            let told = replies.map(|line| code(&line.source)).chain(shared);
            let reasons = info.drops.iter().chain(&info.ignores).map(|left| left.reason.clone());
            let rules = info.rules.iter().map(|rule| format!("| {} |", rule.when));
            let faults = info.faults.iter().map(|fault| format!("\n| {fault} |"));
            for told in told.chain(reasons).chain(rules).chain(faults) {
                assert!(page.contains(&told), "{}: {told}", info.operation);
            }
        }
    }
}

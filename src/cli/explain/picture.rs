//! The calls of an operation as a Mermaid diagram: which, on what condition, and in what order.

use std::fmt::Write as _;

use dfdg_mapping::{CallInfo, PlanInfo};

/// The diagram, with the name of the reply.
pub(super) fn picture(info: &PlanInfo, reply: &str) -> String {
    let mut out =
        String::from("\n```mermaid\nsequenceDiagram\n  participant C as old client\n  participant F as facade\n");
    let mut backends: Vec<&str> = info.calls.iter().map(|call| call.backend.as_str()).collect();
    backends.dedup();
    for backend in backends {
        let _ = writeln!(out, "  participant {backend}");
    }
    let _ = writeln!(out, "  C->>F: {}", info.operation);
    let mut done: Vec<&str> = Vec::new();
    refusals(info, &done, &[], &mut out);
    loop {
        let ready = |call: &&CallInfo| !done.contains(&call.name.as_str()) && known(&call.after, &done);
        let wave: Vec<&CallInfo> = info.calls.iter().filter(ready).collect();
        if wave.is_empty() {
            break;
        }
        together(&wave, &mut out);
        let before = done.clone();
        done.extend(wave.iter().map(|call| call.name.as_str()));
        refusals(info, &done, &before, &mut out);
    }
    let _ = writeln!(out, "  F-->>C: {reply}\n```");
    out
}

fn known(after: &[String], done: &[&str]) -> bool {
    after.iter().all(|name| done.contains(&name.as_str()))
}

/// The rules that can be judged now and could not be before.
fn refusals(info: &PlanInfo, done: &[&str], before: &[&str], out: &mut String) {
    let first = done.is_empty();
    let now = info.rules.iter().filter(|rule| known(&rule.after, done) && (first || !known(&rule.after, before)));
    let mut faults: Vec<String> = now.map(|rule| rule.fault.to_string()).collect();
    faults.dedup();
    if !faults.is_empty() {
        let _ = writeln!(out, "  Note over F: may refuse: {}", faults.join(", "));
    }
}

/// Calls that do not wait for each other.
fn together(wave: &[&CallInfo], out: &mut String) {
    let several = wave.len() > 1;
    for (number, call) in wave.iter().enumerate() {
        if several {
            let _ = writeln!(out, "  {} {}", if number == 0 { "par" } else { "and" }, call.name);
        }
        if !call.when.is_empty() {
            let _ = writeln!(out, "  opt {}", call.when.replace([';', '#'], ",")); // both mean something to Mermaid
        }
        let _ = writeln!(out, "  F->>{}: {}: {} {}", call.backend, call.operation, call.method.as_str(), call.path);
        let _ = writeln!(out, "  {}-->>F: answer", call.backend);
        if !call.when.is_empty() {
            let _ = writeln!(out, "  end");
        }
    }
    if several {
        let _ = writeln!(out, "  end");
    }
}

#[cfg(test)]
mod tests {
    use dfdg_mapping::{Evidence, Method, Repeat, RuleInfo};

    use super::*;

    fn call(name: &str, after: &[&str], when: &str) -> CallInfo {
        CallInfo {
            name: name.to_owned(),
            backend: "talks".to_owned(),
            method: Method::Get,
            operation: format!("Get{name}"),
            path: format!("/{name}"),
            repeat: Repeat::Read,
            after: after.iter().map(|name| (*name).to_owned()).collect(),
            when: when.to_owned(),
            status_faults: Vec::new(),
            evidence: Evidence::None,
            line: 1,
        }
    }

    fn rule(fault: u32, after: &[&str]) -> RuleInfo {
        let after = after.iter().map(|name| (*name).to_owned()).collect();
        RuleInfo { when: String::new(), fault, text: None, after, evidence: Evidence::None, line: 1 }
    }

    #[test]
    fn calls_stand_in_the_order_they_are_made_and_rules_where_they_are_judged() {
        let info = PlanInfo {
            operation: "Talk".to_owned(),
            calls: vec![call("last", &["one", "two"], "X is one of ;"), call("one", &[], ""), call("two", &[], "")],
            rules: vec![rule(1, &[]), rule(2, &["one"]), rule(3, &["last"])],
            ..PlanInfo::default()
        };
        let picture = picture(&info, "Talked");
        let lines: Vec<_> = picture.lines().map(str::trim).skip_while(|line| !line.starts_with("C->>F")).collect();
        let wanted = [
            "C->>F: Talk",
            "Note over F: may refuse: 1",
            "par one",
            "F->>talks: Getone: GET /one",
            "talks-->>F: answer",
            "and two",
            "F->>talks: Gettwo: GET /two",
            "talks-->>F: answer",
            "end",
            "Note over F: may refuse: 2",
            "opt X is one of ,",
            "F->>talks: Getlast: GET /last",
            "talks-->>F: answer",
            "end",
            "Note over F: may refuse: 3",
            "F-->>C: Talked",
            "```",
        ];
        assert_eq!(lines, wanted);
    }
}

//! Any text as a WSDL, or as the schema of one. What is refused says what is wrong and where; what is accepted is served
//! as a WSDL in one piece that means the same.
#![no_main]

use dfdg_contract::Contract;
use dfdg_fuzz::Texts;
use libfuzzer_sys::fuzz_target;

const WSDL: &str = "wsdl/TalkService.wsdl";
const ADDRESS: &str = "https://facade.example/Talk.svc";

fuzz_target!(|text: &str| {
    let replaced = if text.contains("definitions") { WSDL } else { "xsd/Talk.xsd" };
    let files = Texts::small_with(replaced, text);
    match Contract::load(&files, WSDL) {
        Err(problems) => files.assert_helpful(&problems),
        Ok(contract) => {
            let single = Texts::small_with(WSDL, &contract.single_wsdl(ADDRESS));
            let again = Contract::load(&single, WSDL).unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(operations(&contract), operations(&again));
            assert_eq!(again.address(), ADDRESS);
        }
    }
});

fn operations(contract: &Contract) -> Vec<(&str, &str, String)> {
    let schema = contract.schema();
    let root = |element| format!("{:?}", schema.children(element).len());
    contract.operations().iter().map(|own| (&*own.name, &*own.action, root(own.request))).collect()
}

//! Contracts and mappings are compiled in; a change of one makes the package build again.

fn main() {
    for folder in ["wsdl", "xsd", "openapi", "mappings", "config"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}

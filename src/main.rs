//! The `dfdg-facade` binary: a checklist, see [`dfdg_facade::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    dfdg_facade::cli::main()
}

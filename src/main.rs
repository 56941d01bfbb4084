//! The `dfdg-facade` binary: a checklist, see [`dfdg_facade::cli`].

use std::process::ExitCode;

/// A call makes some hundred small allocations; this allocator does them at a fraction of the system's price.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dfdg_facade::cli::main()
}

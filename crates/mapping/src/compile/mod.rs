//! The compiler: from the files of a catalogue to plans, or everything that is wrong with them.

mod answer;
mod base;
mod body;
mod builder;
mod call;
mod condition;
mod coverage;
mod draft;
mod list;
mod operation;
mod reach;
mod reply;
mod resolve;
mod service;
mod value;
mod world;

use std::io::ErrorKind;

use dfdg_contract::{Files, Problems};

use crate::catalogue::{Backend, Catalogue};
use crate::format::services::ServicesFile;
use crate::push::{self, PushFormat};
use crate::report::{Report, Sink};
pub(crate) use world::LoadedBackend;
use world::{SERVICES, World};

/// Compiles a catalogue: `mappings/services.toml`, `mappings/faults.toml`, the code lists,
/// the contracts of both sides, and every mapping.
///
/// # Errors
/// Everything that is wrong with any of the files, each with file, line and hint.
pub fn compile(files: &dyn Files) -> Result<Catalogue, Problems> {
    let sink = Sink::default();
    let catalogue = world::must_read(files, SERVICES, &sink).and_then(|text| {
        let report = Report::new(&sink, SERVICES);
        let file = ServicesFile::read(&text, &report)?;
        service::check_paths(&file, &report);
        let world = World::load(file.backends, files, &report);
        let services = service::compile_all(file.services, &world, files, &sink);
        let gone = service::gone_all(file.gone, &world, &sink);
        let backends = world.backends.iter().map(Backend::of).collect();
        let pushes = pushes(files, &sink);
        Some(Catalogue { services, gone, backends, faults: world.faults, code_lists: world.lists, pushes })
    });
    sink.finish()?;
    catalogue.ok_or_else(|| dfdg_contract::Problem::new(SERVICES, 0, "cannot be read").into())
}

/// The format of pushes. A catalogue without its file receives none.
fn pushes(files: &dyn Files, sink: &Sink) -> Option<PushFormat> {
    match files.read(push::FILE) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        _ => world::must_read(files, push::FILE, sink)
            .and_then(|text| PushFormat::compile(&text, &Report::new(sink, push::FILE))),
    }
}

//! Packages of headers that go with compilers that nothing builds with.

use super::Install;
use crate::knowledge::{Library, builders, headers, library_on, suite_of_image};

/// The releases whose libraries have the names that are known.
const SUITES: &[&str] = &["bullseye", "bookworm", "trixie", "focal", "jammy", "noble"];

/// A package of headers, and what takes its place.
pub(super) struct Headers {
    pub(super) name: String,
    /// What is needed later, by its own names.
    pub(super) stays: Vec<String>,
    /// The programs that go with it.
    pub(super) programs: Vec<String>,
}

/// Whether packages of a language are installed somewhere in the file.
pub(super) fn brings_packages(install: &Install<'_, '_>) -> bool {
    let steps = install.build.stages.iter().flat_map(|stage| &stage.steps);
    let mut commands = steps.flat_map(|step| step.content.commands());
    let of_language = |manager: &str| builders().iter().any(|name| name == manager);
    commands.any(|command| command.manager.is_some_and(|manager| of_language(&manager.name)))
}

/// The headers in the list of an install whose run-time half is known. Packages of a language may open a library by the name that only the package
/// with the headers has (dlopen(3)), so where some are installed headers stay.
pub(super) fn headers_of(install: &Install<'_, '_>, recommends: bool) -> Vec<Headers> {
    let dockerfile = install.build.dockerfile;
    let image = install.stage.image.as_deref().unwrap_or_default();
    let suite = suite_of_image(image);
    if install.tools.manager != "apt" || brings_packages(install) {
        return Vec::new();
    }
    let known = install.tools.packages.iter().filter_map(|(name, span)| {
        let row = headers(name).filter(|_| dockerfile.text(*span) == name.as_str())?;
        let library = || match library_on(image, name, suite) {
            // Some have other names on releases before these.
            Library::Packages(names) if suite.is_some_and(|it| SUITES.contains(&it)) => Some(names),
            _ => None,
        };
        let stays = row.stays.clone().map(|name| vec![name]).or_else(library)?;
        let along = row.along.iter().filter(|_| recommends);
        let programs = row.programs.iter().chain(along).cloned().collect();
        Some(Headers { name: name.clone(), stays, programs })
    });
    known.collect()
}

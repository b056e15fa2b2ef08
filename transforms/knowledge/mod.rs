//! What dockslim knows about the world: tables that a person can edit without reading Rust.
//!
//! Each table is a TOML file, embedded when dockslim is built, read once when it is first asked for,
//! and kept sound by a test of every row.

mod base_images;
mod build_tools;
mod command_wrappers;
mod debian_libraries;
mod downloads;
mod ignored_files;
mod later_compilers;
mod manifests;
mod manual_pages;
mod node_packages;
mod official_tags;
mod package_managers;
mod patterns;
mod python_packages;
mod recommends;
mod slim_images;
mod suppressions;
mod toolchains;
mod users;

pub(crate) use base_images::{BaseImage, Chown, base_image};
pub(crate) use build_tools::{
    build_tool, builders, building_programs, headers, keeps_compilers, lacks_build_tools,
};
pub(crate) use command_wrappers::{Wrapper, wrappers_by};
pub(crate) use debian_libraries::debian_library;
pub(crate) use downloads::{Operand, Toolchain};
pub(crate) use ignored_files::{IgnoredFile, ignored_files};
pub(crate) use later_compilers::{compiling_call, is_compiling_package};
pub(crate) use manifests::{Ecosystem, LIFECYCLE, manifests};
pub(crate) use manual_pages::links_manual_pages;
pub(crate) use node_packages::{
    BUILDERS_OF_ADDONS, COMPILED_ALONE, COMPILED_HERE, DRAWING_LETTERS, HARMLESS_SCRIPTS,
    NEEDY_PACKAGES, NODE_MODULES, OF_SYSTEM_LIBRARIES, PLAIN_TOOLS, PROGRAMS_OF_PACKAGES,
    STARTING_PACKAGES, brings_libraries, draws_letters, without_version,
};
pub use official_tags::{Form, NoTwin, RuntimeBase, Twin, runtime_base, suite, twin};
pub(crate) use official_tags::{library_name, slim_of_current_debian};
pub(crate) use package_managers::{
    Action, Kind, Leftover, Level, Mount, PackageManager, Remedy, VerbRule, managers_by,
};
pub(crate) use patterns::{ImagePattern, any_image, glob, removes};
pub(crate) use python_packages::{Wheel, needs_no_wheel, python_wheel};
pub(crate) use recommends::{Keep, Recommendation, debian_package, held_by_image};
pub(crate) use slim_images::{FullPackage, SlimFamily, slim_family};
pub(crate) use suppressions::{foreign, speaks_to_a_tool};
pub(crate) use toolchains::{
    BuildImage, Library, Need, Trace, first_wheel, is_leftover_folder, libraries_of_gem,
    library_of, library_of_full_image, library_of_python_package, library_on, need_of_package,
    needs_cgo, package_of_program, python_of_suite, suite_of_image, told_suite_of_image, toolchain,
    toolchain_of_image, trace,
};
pub(crate) use users::{is_root_by_default, ships_no_caches};

use rustc_hash::FxHashMap;

/// Rows by the first of the words that open a call, so that one look-up tells most commands apart.
type ByFirstWord<T> = FxHashMap<&'static str, Vec<(Vec<&'static str>, &'static T)>>;

/// Builds the look-up of a table; the longest opening comes first.
fn by_first_word<T>(rows: impl Iterator<Item = (&'static str, &'static T)>) -> ByFirstWord<T> {
    let mut table = ByFirstWord::default();
    for (opening, row) in rows {
        let words: Vec<&str> = opening.split(' ').collect();
        table.entry(words[0]).or_default().push((words, row));
    }
    for entries in table.values_mut() {
        entries.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    table
}

/// The rows that may be meant by a program, as somebody called it: `/usr/bin/pip3.11` is `pip`.
fn look_up<'t, T>(
    table: &'t ByFirstWord<T>,
    program: &str,
) -> &'t [(Vec<&'static str>, &'static T)] {
    program_names(program).find_map(|name| table.get(name)).map_or(&[], Vec::as_slice)
}

/// The names by which a table may know a program: without its path, then without its version too.
pub(crate) fn program_names(program: &str) -> impl Iterator<Item = &str> {
    let slash = program.bytes().rposition(|byte| byte == b'/');
    let name = slash.map_or(program, |slash| &program[slash + 1..]);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    [Some(name), (bare.len() < name.len()).then_some(bare)].into_iter().flatten()
}

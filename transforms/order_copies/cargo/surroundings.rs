//! What surrounds a build of cargo: the variables that it reads, and its home, where other settings may lie.
//!
//! <https://doc.rust-lang.org/cargo/reference/environment-variables.html>, <https://doc.rust-lang.org/cargo/guide/cargo-home.html>

use dockslim_syntax::{Dockerfile, Keyword};

use super::super::copies;
use super::super::project::Project;
use super::super::reasons;
use super::flags;
use crate::facts::{BuildStep, absolute, below, copy_words, is_within, parent};
use crate::pass::Refusal;

/// Where the images of Rust, and rustup for root, have the home of cargo.
const HOMES: [&str; 2] = ["/usr/local/cargo", "/root/.cargo"];

/// Why no program can be built for a target.
pub(super) fn without_library(target: &str) -> String {
    format!("a program for `{target}` may have no standard library, and `fn main() {{}}` needs it")
}

/// Whether variables tell cargo and rustc nothing that leads to a file, that a source without content does not pass, or that
/// `cargo clean` does not heed: it looks for what a variable has another target for in the folder of the machine's own, unless the
/// call is `targeted` itself.
pub(super) fn variables(
    project: &Project<'_, '_>,
    step: &BuildStep<'_>,
    targeted: bool,
) -> Result<(), Refusal> {
    // The tables of settings that variables may stand for, as far as they say what is built, and where.
    const TABLES: [&str; 7] = [
        "CARGO_ALIAS_",
        "CARGO_BUILD_",
        "CARGO_HTTP_",
        "CARGO_PATCH_",
        "CARGO_SOURCE_",
        "CARGO_TARGET_",
        "CARGO_UNSTABLE_",
    ];
    const PLAIN: [&str; 9] = [
        "CARGO_BUILD_INCREMENTAL",
        "CARGO_BUILD_JOBS",
        "CARGO_BUILD_TARGET_DIR",
        "CARGO_HTTP_CHECK_REVOKE",
        "CARGO_HTTP_DEBUG",
        "CARGO_HTTP_MULTIPLEXING",
        "CARGO_HTTP_PROXY",
        "CARGO_HTTP_TIMEOUT",
        "CARGO_TARGET_DIR",
    ];
    const PROGRAMS: [&str; 4] = ["RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO"];
    for setting in step.state.settings.iter() {
        let name = &*setting.name;
        let value = setting.value.as_deref().unwrap_or("$").trim_matches(['"', '\'']);
        let plain = !value.contains(['$', '\\']);
        let program = PROGRAMS.contains(&name)
            || name.starts_with("CARGO_BUILD_RUSTC")
            || (name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER"));
        let fine = if name == "CARGO_BUILD_TARGET" {
            if !flags::has_library(value) {
                return Err((&reasons::NO_STAND_IN, without_library(value)));
            }
            plain && targeted
        } else if name.ends_with("RUSTFLAGS") {
            plain && flags::are_plain(value.split_whitespace())
        } else if program {
            plain && (!value.contains('/') || value.starts_with("/usr/"))
        } else if name.ends_with("_CAINFO") {
            plain && ["/etc/", "/usr/"].iter().any(|folder| value.starts_with(folder))
        } else {
            let runner = name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER");
            let index = name.starts_with("CARGO_REGISTR") && value.contains("file:");
            let read = TABLES.iter().any(|table| name.starts_with(table));
            // The build script of a dependency may look for what it needs by any name but those of programs of one's own.
            let named = !name.starts_with("APP")
                && absolute(value, None).is_some_and(|place| project.exists(&place));
            (!read || runner || PLAIN.contains(&name)) && !index && !named
        };
        if !fine {
            let message = format!("what `{name}` lets cargo build, read or refuse is not known");
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    Ok(())
}

/// The folders that may be the home of cargo, where nothing in front may have brought settings.
pub(super) fn homes(
    project: &Project<'_, '_>,
    dockerfile: &Dockerfile<'_>,
    folder: &str,
) -> Result<Vec<String>, Refusal> {
    let mut homes = HOMES.map(str::to_owned).to_vec();
    for (name, inside) in [("CARGO_HOME", "."), ("HOME", ".cargo")] {
        if project.is_set(name) {
            let value = project.value(name).filter(|value| value.starts_with('/'));
            let home = value.and_then(|value| absolute(inside, Some(value)));
            let apart = home.filter(|home| !is_within(home, folder) && !is_within(folder, home));
            let message = || (&reasons::ENVIRONMENT, format!("where `{name}` leads is not known"));
            homes.push(apart.ok_or_else(message)?);
        }
    }
    let mut looked_at = homes.clone();
    let mut at = folder;
    while parent(at) != at {
        at = parent(at);
        looked_at.push(below(at, ".cargo"));
    }
    let brings = |message: String| Err((&reasons::READS_MORE, message));
    for home in &looked_at {
        for name in ["config", "config.toml"] {
            let place = below(home, name);
            if project.exists(&place) {
                return brings(format!("`{place}` is copied, and cargo reads it"));
            }
        }
    }
    let Some(own) = project.stages.first() else { return Ok(homes) };
    for (_, step) in project.steps().filter(|(own, _)| !own) {
        let seen =
            project.copies.iter().any(|copied| copied.instruction.span == step.instruction.span);
        if seen || !matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) {
            continue;
        }
        let words = copy_words(dockerfile, step.instruction);
        let here = copies::folder(own, step);
        let target = words.last().and_then(|word| absolute(word, Some(&here)));
        let clear = target.is_some_and(|target| {
            looked_at.iter().all(|home| {
                is_within(&target, &below(home, "bin"))
                    || (!is_within(&target, home) && !is_within(home, &target))
            })
        });
        if !clear {
            return brings("a step in front may bring settings to where cargo looks".to_owned());
        }
    }
    Ok(homes)
}

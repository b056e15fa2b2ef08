//! What variables tell cargo, and the folders where it finds more.
//!
//! The Cargo Book, "Configuration" and "Environment Variables".

use super::super::super::folders::{absolute, is_within};
use super::super::Files;
use super::{asks_for_nothing, has_system};

/// Whether no variable changes what is built or where, nor names a file that may be one of the project.
pub(super) fn tells_nothing(files: &impl Files) -> bool {
    files.variables().iter().all(|name| {
        let value = files.variable(name).unwrap_or("\u{2}");
        let known = !value.contains(['\u{2}', '$']);
        let system = known && (!value.contains('/') || value.starts_with("/usr/"));
        if name.ends_with("RUSTFLAGS") {
            return known && asks_for_nothing(value);
        }
        let Some((table, key)) = name.strip_prefix("CARGO_").and_then(|rest| rest.split_once('_'))
        else {
            return !matches!(name.as_str(), "CARGO" | "RUSTC") || system;
        };
        match (table, key) {
            ("BUILD", "INCREMENTAL" | "JOBS" | "TARGET_DIR") | ("TARGET", "DIR") => true,
            ("BUILD", "TARGET") => known && has_system(value),
            ("BUILD", key) => key.starts_with("RUSTC") && system,
            ("HTTP", "CAINFO" | "PROXY_CAINFO") => {
                known && (value.starts_with("/etc/") || value.starts_with("/usr/"))
            }
            ("HTTP", key) => {
                ["CHECK_REVOKE", "DEBUG", "MULTIPLEXING", "PROXY", "TIMEOUT"].contains(&key)
            }
            ("TARGET", key) => key.ends_with("_RUNNER") || (key.ends_with("_LINKER") && system),
            ("REGISTRIES" | "REGISTRY", _) => !value.contains("file:"),
            ("ALIAS" | "PATCH" | "SOURCE" | "UNSTABLE", _) => false,
            _ => true,
        }
    }) && ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"].iter().all(|name| {
        let program = files.variable(name).unwrap_or_default();
        !program.contains(['$', '\u{2}'])
            && (!program.contains('/') || program.starts_with("/usr/"))
    })
}

/// Where the home of cargo may be; `None` if a variable leads it to an unknown place, or to one of the project in `here`.
pub(super) fn homes(here: &str, files: &impl Files) -> Option<Vec<String>> {
    let mut homes = vec!["/usr/local/cargo".to_owned(), "/root/.cargo".to_owned()];
    for (name, end) in [("CARGO_HOME", ""), ("HOME", "/.cargo")] {
        let Some(value) = files.variable(name) else {
            // One without a value gets it from whoever builds.
            files.variables().iter().all(|one| one != name).then_some(())?;
            continue;
        };
        let home = absolute(&format!("{value}{end}"), "", None)?;
        let apart = value.starts_with('/') && !is_within(&home, here) && !is_within(here, &home);
        apart.then(|| homes.push(home))?;
    }
    Some(homes)
}

/// The places where cargo looks for settings: at its homes, and in each folder above.
pub(super) fn settings(homes: &[String], here: &str) -> Vec<String> {
    let above = here.match_indices('/').map(|(end, _)| format!("{}/.cargo", &here[..end]));
    let folders = homes.iter().cloned().chain(above);
    folders.flat_map(|at| [format!("{at}/config"), format!("{at}/config.toml")]).collect()
}

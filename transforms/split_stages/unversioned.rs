//! Libraries that a program opens by a name without a version, which only packages of headers bring (Debian Policy, 8.4): their libraries
//! alone have longer names.

use super::interpreted::is_aside;
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};

/// Ends of sources of languages that open libraries when they run.
const SOURCES: [&str; 16] = [
    ".cjs", ".cs", ".go", ".java", ".jl", ".js", ".kt", ".lua", ".mjs", ".php", ".pl", ".py",
    ".rb", ".rs", ".scala", ".ts",
];

/// Official images that hold packages of headers of many libraries (docker-library, buildpack-deps).
const WITH_HEADERS: [&str; 6] = ["buildpack-deps", "gcc", "node", "python", "ruby", "rust"];

/// What stands in front of a bare name: Java's own call and that of JNA, and that of Ruby's ffi (their documentation).
const CALLS: [&str; 5] =
    ["loadLibrary(\"", "Native.load(\"", "Native.loadLibrary(\"", "ffi_lib '", "ffi_lib \""];

/// Refuses a plan that leaves packages of headers behind where a source opens a library by such a name.
pub(super) fn none(subject: &Subject<'_, '_>, plan: &Plan) -> Result<(), Obstacle> {
    let Some(context) = subject.context else { return Ok(()) };
    let small = ["alpine", "slim"].iter().any(|part| subject.image.contains(part));
    let name = subject.image.split(':').next().unwrap_or(subject.image);
    let full = WITH_HEADERS.contains(&name) && !small && plan.base != subject.image;
    let mut words = plan.runs.iter().flat_map(|run| run.split_whitespace());
    let headers: Vec<String> =
        subject.packages().into_iter().filter(|name| name.ends_with("-dev")).collect();
    let left = headers.iter().any(|name| !words.any(|word| word == name));
    if !left && !full {
        return Ok(());
    }
    let sources = context.entries().map(|(path, _)| path).filter(|path| {
        SOURCES.iter().any(|end| path.ends_with(end)) && !path.contains("node_modules/")
    });
    for (path, text) in sources.filter_map(|path| Some((path, context.text(path)?))) {
        let library = opened(text).find(|library| !is_own(subject, path, library));
        if let Some(library) = library {
            let message =
                format!("{path} opens `{library}`, a name that only packages of headers bring");
            return Err((&reasons::PACKAGES, message));
        }
    }
    Ok(())
}

/// The files of libraries that a text names without a version.
fn opened(text: &str) -> impl Iterator<Item = String> {
    let files = text.match_indices(".so").filter_map(|(at, end)| {
        let closed = text[at + end.len()..].starts_with(['"', '\'']);
        let name = text[..at].rsplit(['"', '\'', '/']).next()?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_+.".contains(c));
        (closed && plain && name.starts_with("lib")).then(|| format!("{name}.so"))
    });
    let called =
        CALLS.into_iter().flat_map(|call| text.match_indices(call)).filter_map(|(at, call)| {
            let name = text[at + call.len()..].split(['"', '\'']).next()?;
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c));
            (plain && !name.is_empty()).then(|| format!("lib{name}.so"))
        });
    files.chain(called)
}

/// Whether the project has a library of this name, or something of its build but this source speaks of it.
fn is_own(subject: &Subject<'_, '_>, source: &str, library: &str) -> bool {
    let bare = library.trim_start_matches("lib").trim_end_matches(".so");
    let rules = |path: &str| {
        let name = base_name(path).to_ascii_lowercase();
        name.contains("makefile")
            || matches!(&*name, "cargo.toml" | "cmakelists.txt" | "meson.build" | "setup.py")
    };
    let named = |path: &str| {
        let text = subject.context.and_then(|context| context.text(path)).unwrap_or_default();
        text.contains(library)
            || text.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).any(|it| it == bare)
    };
    let mut files = subject.context.into_iter().flat_map(|context| context.entries());
    let dockerfile = &subject.build.dockerfile.source;
    dockerfile.contains(library)
        || files.any(|(path, _)| {
            base_name(path) == library
                || path != source && !is_aside(path) && rules(path) && named(path)
        })
}

#[cfg(test)]
mod tests {
    use super::opened;

    #[test]
    fn names_without_a_version_are_found() {
        let of = |text: &str| opened(text).collect::<Vec<_>>();
        assert_eq!(of("CDLL('libsodium.so')"), ["libsodium.so"]);
        assert_eq!(of("CDLL(\"/usr/lib/libzmq.so\")"), ["libzmq.so"]);
        assert_eq!(of("System.loadLibrary(\"sodium\");"), ["libsodium.so"]);
        assert_eq!(of("ffi_lib 'zmq'"), ["libzmq.so"]);
        assert!(of("CDLL('libsodium.so.23')").is_empty());
        assert!(of("find_library('sodium')").is_empty());
    }
}

//! Files that a program writes in the build, before the one that ships is compiled, and that a source of that one opens.

use dockslim_contract::BuildContext;

use super::effects::{Done, Effect};
use super::launch::base_name;
use super::read::{is_compiled, source_of, sources};
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::{absolute, is_within};

/// Ends of files that programs read.
const DATA: &[&str] = &[
    "bin", "css", "csv", "dat", "db", "html", "js", "json", "pb", "sql", "sqlite", "tmpl", "toml",
    "txt", "wasm", "xml", "yaml", "yml",
];

/// Programs that write sources and nothing else, by the last part of their import path or their name (their own documentation).
const WRITES_SOURCES: &[&str] = &[
    "easyjson",
    "ent",
    "enumer",
    "go-bindata",
    "goimports",
    "golangci-lint",
    "goyacc",
    "gqlgen",
    "mockery",
    "mockgen",
    "moq",
    "msgp",
    "oapi-codegen",
    "prisma-client-go",
    "sqlc",
    "stringer",
    "templ",
    "wire",
];

/// Refuses what `go run`, `go generate`, `cargo run`, swag and protoc may have written, if a source names it and the build context lacks it.
pub(super) fn writes_what_is_read(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let Some(context) = subject.context else { return Ok(()) };
    for done in subject.done.iter().filter(|done| done.effect == Effect::Builds) {
        let Some(written) = Written::by(context, done) else { continue };
        for (path, text) in sources(context) {
            if written.folder.as_deref().is_some_and(|folder| is_within(path, folder)) {
                continue;
            }
            let lines = text.lines().map(str::trim_start).filter(|line| !is_compiled(line));
            let mut names = lines
                .flat_map(|line| line.split('"').skip(1).step_by(2).map(move |name| (line, name)));
            let lost = |(line, name): &(&str, &str)| {
                let missing = |path: &str| is_missing(subject, context, path);
                written.may_be(name) && missing(name)
                    || written.folder_in(line, name).is_some_and(missing)
            };
            if let Some((_, name)) = names.find(lost) {
                let call = done.command.text(subject.build.dockerfile);
                let message = format!("{path} names `{name}`, which `{call}` may have written");
                return Err((&reasons::UNKNOWN_COMMAND, message));
            }
        }
    }
    Ok(())
}

/// What a call may have written.
struct Written {
    /// What the names end in.
    ends: &'static [&'static str],
    /// The folder of the program's own sources.
    folder: Option<String>,
    /// These sources.
    text: String,
}

impl Written {
    fn by(context: &BuildContext, done: &Done<'_, '_>) -> Option<Self> {
        let words: Vec<&str> =
            done.command.words.iter().map(|word| word.as_deref().unwrap_or("")).collect();
        let all = |ends| Some(Self { ends, folder: None, text: String::new() });
        let run = words.iter().position(|word| matches!(*word, "run" | "generate" | "xtask"));
        match (base_name(words.first()?), run) {
            ("go", Some(at)) if words[at] == "generate" => {
                let mut texts = sources(context).map(|(_, text)| text);
                texts.any(|text| text.lines().any(generates)).then(|| all(DATA))?
            }
            ("go", Some(at)) => {
                let package = words[at + 1..].iter().find(|word| !word.starts_with('-'))?;
                let name = base_name(package.split('@').next()?);
                if WRITES_SOURCES.contains(&name) {
                    return None;
                }
                let folder = package.trim_start_matches("./").trim_end_matches('/');
                let folder = match folder.strip_suffix(".go") {
                    Some(_) => folder.rsplit_once('/').map_or("", |(folder, _)| folder),
                    None => folder,
                };
                let own = context.is_folder(folder) && !matches!(folder, "" | ".");
                let own = own.then(|| folder.to_owned());
                let files = own.iter().flat_map(|folder| context.below(folder));
                let text = files.filter_map(|(path, _)| context.text(path)).collect();
                Some(Self { ends: DATA, folder: own, text })
            }
            ("cargo", Some(_)) => all(DATA),
            ("swag", _) => all(&["swagger.json", "swagger.yaml"]),
            ("buf" | "protoc", _) => all(&["json", "yaml", "yml", "pb", "desc", "protoset"]),
            _ => None,
        }
    }

    /// Whether a text is the path of a file that it may have written: one in a folder, or one that its own sources name.
    fn may_be(&self, name: &str) -> bool {
        let odd = |c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c));
        let name = name.trim_start_matches("./");
        let (first, rest) = name.split_once('/').unwrap_or(("", name));
        let ends =
            |end: &&&str| name.strip_suffix(**end).is_some_and(|it| it.ends_with(['.', '/', '_']));
        let named = || !rest.is_empty() && self.text.contains(base_name(rest));
        // A first part with a dot is a host.
        let inside = !first.is_empty() && !first.contains('.') || name.starts_with('/');
        !name.contains(odd) && self.ends.iter().any(|end| ends(&end)) && (inside || named())
    }

    /// The folder that a text of a line names, by itself or by a pattern for what is in it, where its own sources write to one of this
    /// name.
    fn folder_in<'n>(&self, line: &str, name: &'n str) -> Option<&'n str> {
        let odd = |c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c));
        let folder = folder_of_pattern(name).trim_start_matches("./");
        // As the first that a call is given, and not as the name of a field.
        let handed = folder.len() < name.len() || line.contains(&format!("(\"{name}\""));
        let signs = [format!("(\"{folder}\""), format!("\"{folder}/"), format!("\"./{folder}")];
        let fits = !folder.is_empty() && !folder.contains(odd) && handed;
        (fits && signs.iter().any(|sign| self.text.contains(sign))).then_some(folder)
    }
}

/// What stands in front of the first part with a sign of a pattern, or all of it (Go, "path/filepath.Match").
fn folder_of_pattern(name: &str) -> &str {
    match name.find(['*', '?', '[']) {
        Some(at) => name[..at].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => name.trim_end_matches('/'),
    }
}

/// Whether a line has `go generate` call what may write other files than sources.
fn generates(line: &str) -> bool {
    let Some(call) = line.strip_prefix("//go:generate ") else { return false };
    let mut words = call.split_whitespace();
    let name = match words.next() {
        Some("go") => words.find(|word| !word.starts_with('-') && !matches!(*word, "run" | "tool")),
        name => name,
    };
    let name = name.and_then(|name| name.split('@').next()).map_or("", base_name);
    !WRITES_SOURCES.contains(&name)
}

/// Whether a file lies neither in the project nor where another command has put it, but where the project is.
fn is_missing(subject: &Subject<'_, '_>, context: &BuildContext, name: &str) -> bool {
    let Some(place) = absolute(name, subject.folder.as_deref()) else { return false };
    let ours = subject.folder.as_deref().is_some_and(|folder| is_within(&place, folder));
    let end = format!("/{}", name.trim_start_matches("./").trim_start_matches('/'));
    let beside = || context.entries().any(|(path, _)| format!("/{path}").ends_with(&end));
    let written = || {
        subject.done.iter().any(|done| {
            let paths = match &done.effect {
                Effect::Writes(paths) => paths.as_slice(),
                _ => &[],
            };
            paths.iter().any(|path| is_within(&place, path))
        })
    };
    ours && source_of(subject, &place).is_none() && !beside() && !written()
}

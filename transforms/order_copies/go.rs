//! What `go mod download` reads of a project: go.mod and go.sum.
//!
//! <https://go.dev/ref/mod#go-mod-file>, <https://go.dev/ref/mod#go-mod-download>

use super::because;
use super::project::{Project, Reads};
use super::reasons;
use super::toolchains::Call;
use crate::facts::{BuildStage, BuildStep, below, parent};
use crate::pass::Refusal;

/// The first version in which go.mod lists all modules that the packages of a module need, and a download without names
/// writes no go.sum (<https://go.dev/ref/mod#graph-pruning>).
const PRUNED: (u32, u32) = (1, 17);

/// Options of a build whose argument names no manifest.
const WITH_ARGUMENT: [&str; 11] = [
    "-o",
    "-ldflags",
    "-gcflags",
    "-asmflags",
    "-tags",
    "-p",
    "-buildmode",
    "-compiler",
    "-installsuffix",
    "-run",
    "-timeout",
];

/// What a download in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    arguments(call)?;
    environment(step)?;
    let unread =
        |name: &str| (&reasons::UNREAD_MANIFEST, format!("`{name}` has lines that are not known"));
    let mut above = Some(folder);
    while let Some(place) = above {
        if project.exists(&below(place, "go.work")) {
            return Err((&reasons::READS_MORE, "go.work joins modules of the project".to_owned()));
        }
        above = (place != "/").then(|| parent(place));
    }
    if project.exists(&below(folder, "vendor")) {
        let message = "the modules lie in `vendor`, and are not downloaded".to_owned();
        return Err((&reasons::READS_MORE, message));
    }
    let place = below(folder, "go.mod");
    let module = Module::read(project.text(&place)?).ok_or_else(|| unread("go.mod"))?;
    if let Some(local) = module.local {
        return Err((
            &reasons::LOCAL_DEPENDENCY,
            format!("go.mod replaces a module with `{local}`"),
        ));
    }
    if module.version < PRUNED || is_older(stage, PRUNED) {
        let message =
            "before go 1.17 a download may write go.sum, and the COPY behind it would undo that"
                .to_owned();
        return Err((&reasons::LOCKFILE, message));
    }
    let mut reads = Reads::default();
    if module.needs.is_empty() {
        return Err(because(&reasons::NOTHING_TO_DOWNLOAD));
    }
    let sums = below(folder, "go.sum");
    let known: Vec<&str> = project.text(&sums)?.lines().collect();
    for (path, version) in &module.needs {
        let has = |entry: String| known.iter().any(|line| line.starts_with(&entry));
        if !has(format!("{path} {version} h1:")) || !has(format!("{path} {version}/go.mod h1:")) {
            let message = format!(
                "go.sum lacks {path} {version}: `go mod tidy` writes it, and a download may"
            );
            return Err((&reasons::LOCKFILE, message));
        }
    }
    reads.manifests.extend([place, sums]);
    let caches = ["/go/pkg/mod", "/root/go/pkg/mod"].map(str::to_owned);
    let set = |name: &str| {
        step.state.settings.iter().rev().find(|one| one.name == name)?.value.as_deref()
    };
    let own = set("GOMODCACHE").map(str::to_owned);
    let own = own.or_else(|| set("GOPATH").map(|path| below(path, "pkg/mod")));
    reads.fills.extend(caches.into_iter().chain(own));
    Ok(reads)
}

/// Whether the words of a call name no other manifest.
fn arguments(call: &Call<'_>) -> Result<(), Refusal> {
    if call.downloads {
        let plain = call.words.iter().skip(2).all(|word| matches!(word.text, Some("-x" | "-json")));
        return if plain { Ok(()) } else { Err(because(&reasons::UNREAD_CALL)) };
    }
    let mut words = call.words.iter();
    while let Some(word) = words.next() {
        let text = word.shown();
        let bare = text.trim_start_matches('-');
        let (name, value) =
            bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value)));
        let option = text.starts_with('-');
        if option
            && ["C", "modfile", "mod", "overlay", "modcacherw"].contains(&name)
            && text != "-mod=readonly"
        {
            return Err((
                &reasons::UNREAD_CALL,
                format!("`{text}` decides which modules it takes"),
            ));
        }
        if option && value.is_none() && WITH_ARGUMENT.iter().any(|known| known[1..] == *name) {
            words.next();
        } else if word.text.is_none() && !(option && value.is_some()) {
            return Err(because(&reasons::UNREAD_CALL));
        }
    }
    Ok(())
}

/// Whether variables let it take modules from elsewhere (<https://go.dev/ref/mod#environment-variables>).
fn environment(step: &BuildStep<'_>) -> Result<(), Refusal> {
    for setting in step.state.settings.iter() {
        let value = setting.value.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
        let harmless = match &*setting.name {
            "GOFLAGS" => value.split_whitespace().all(|flag| {
                ["-v", "-x", "-trimpath", "-mod=readonly"].contains(&flag)
                    || ["-tags=", "-ldflags=", "-buildvcs=", "-p="]
                        .iter()
                        .any(|known| flag.starts_with(known))
            }),
            "GO111MODULE" => value == "on",
            "GOWORK" => value == "off",
            "GOPROXY" => !value.contains("file:") && value != "off",
            _ => true,
        };
        if !harmless {
            let message = format!("the variable {} decides which modules it takes", setting.name);
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    Ok(())
}

/// Whether the image is one of an older go.
fn is_older(stage: &BuildStage<'_>, than: (u32, u32)) -> bool {
    let image = stage.image.as_deref().unwrap_or_default();
    let image = image.rsplit('/').next().unwrap_or(image);
    image.strip_prefix("golang:").and_then(version).is_some_and(|version| version < than)
}

/// The major and minor version in front of a text.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// A go.mod.
struct Module<'t> {
    version: (u32, u32),
    /// The modules that it needs, replaced ones as what replaces them.
    needs: Vec<(&'t str, &'t str)>,
    /// A folder that replaces one.
    local: Option<&'t str>,
}

impl<'t> Module<'t> {
    /// Reads it; `None` if it has a line that is not known.
    fn read(text: &'t str) -> Option<Self> {
        let mut module = Self { version: (0, 0), needs: Vec::new(), local: None };
        let mut replaced: Vec<(&str, Option<&str>, (&str, &str))> = Vec::new();
        let mut block = None;
        for line in text.lines() {
            let line = line.split("//").next().unwrap_or_default();
            let mut words: Vec<&str> =
                line.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
            if words == [")"] {
                block = None;
                continue;
            }
            let verb = match block {
                Some(verb) => verb,
                None if words.is_empty() => continue,
                None => words.remove(0),
            };
            match (verb, words.as_slice()) {
                (_, []) => {}
                (_, ["("]) => block = Some(verb),
                (
                    "module" | "toolchain" | "exclude" | "retract" | "tool" | "godebug" | "ignore",
                    _,
                ) => {}
                ("go", [number]) => module.version = version(number)?,
                ("require", [path, version]) => module.needs.push((path, version)),
                ("replace", rest) => {
                    let at = rest.iter().position(|word| *word == "=>")?;
                    let (old, new) = (&rest[..at], &rest[at + 1..]);
                    match new {
                        [path, version] => {
                            replaced.push((old.first()?, old.get(1).copied(), (path, version)))
                        }
                        [path] => module.local = Some(path),
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        for need in &mut module.needs {
            let other = replaced.iter().find(|(path, version, _)| {
                *path == need.0 && version.is_none_or(|version| version == need.1)
            });
            *need = other.map_or(*need, |(_, _, new)| *new);
        }
        Some(module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read() {
        let text = "module x // y\n\ngo 1.21.3\n\nrequire a.b/c v1.0.0\nrequire (\n\td.e/f v0.1.0 // indirect\n\t// note\n)\n\
                    replace d.e/f => g.h/i v0.2.0\n";
        let module = Module::read(text).expect("it is one");
        assert_eq!(module.version, (1, 21));
        assert_eq!(module.needs, [("a.b/c", "v1.0.0"), ("g.h/i", "v0.2.0")]);
        assert_eq!(module.local, None);
        let local = Module::read("module x\nreplace (\n\ta => ../a\n)\n").expect("it is one");
        assert_eq!(local.local, Some("../a"));
        assert!(Module::read("module x\nfrobnicate y\n").is_none());
    }
}

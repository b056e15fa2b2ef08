//! Go: a program of its own, static where nothing needs cgo.

mod packages;
mod programs;

use super::compiled::{Made, RunsOn, SHELL_BASE, STATIC_BASE, plan, provides, search_path};
use super::effects::Effect;
use super::launch::{base_name, parent_of};
use super::plan::{Plan, Transfer};
use super::reasons;
use super::recipes::is_make;
use super::subject::{Obstacle, Subject, because};
use crate::facts::absolute;
use crate::knowledge::{needs_cgo, toolchain_of_image};
pub(super) use programs::{
    ask_for_programs, finds_programs, is_of_debian, is_of_project, signs_or_asks_otherwise,
    speaks_to_others, starter,
};

/// Plans the two stages of a Go program.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    let (made, inserts) = made(subject)?;
    let mut plan = shipped(subject, &made)?;
    plan.inserts = inserts;
    Ok(plan)
}

/// Plans the stage that ships what was made.
pub(super) fn shipped(subject: &Subject<'_, '_>, made: &Made) -> Result<Plan, Obstacle> {
    let mut plan = plan(subject, made, &[])?;
    finds_programs(subject, &plan)?;
    // A program in /go/bin is found by the PATH of the old base.
    let path = made.artefacts.iter().any(|path| path.starts_with("/go/bin/"));
    if path && subject.launch.programs().flatten().any(|program| !program.contains('/')) {
        plan.settings.push(("PATH".to_owned(), "/go/bin:$PATH".to_owned()));
    }
    if plan.base == SHELL_BASE && reads_zones(subject) {
        let (source, target) = zones(subject.image);
        plan.take_to(source, target);
    }
    if asks_for_types(subject) {
        plan.take_to(TYPES, "/etc/");
    }
    let few = plan.base == STATIC_BASE || plan.base == SHELL_BASE;
    if few && !subject.makes_users() && asks_for_users(subject) {
        plan.copies.push(Transfer {
            sources: vec!["/etc/passwd".to_owned(), "/etc/group".to_owned()],
            target: "/etc/".to_owned(),
            owner: None,
        });
    }
    Ok(plan)
}

/// The list of types of files that Debian's images of Go have beside the few that Go knows (package `mime`; Debian's media-types, which
/// comes with the Python of Mercurial).
pub(super) const TYPES: &str = "/etc/mime.types";

/// Whether a source asks which type a file has by its name, or serves files (packages `mime` and `net/http`), where the image has a list.
pub(super) fn asks_for_types(subject: &Subject<'_, '_>) -> bool {
    const SIGNS: &[&str] = &[
        "http.FileServer",
        "http.ServeContent(",
        "http.ServeFile",
        "mime.ExtensionsByType(",
        "mime.TypeByExtension(",
    ];
    let context = subject.context.filter(|_| !subject.image.contains("alpine"));
    let mut entries = context.into_iter().flat_map(|context| context.entries());
    entries.any(|(path, _)| {
        let text = context.and_then(|context| context.text(path)).unwrap_or_default();
        let source = path.ends_with(".go") && !path.ends_with("_test.go");
        source && SIGNS.iter().any(|sign| text.contains(sign))
    })
}

/// Whether a source asks for a user or group by name or number (package `os/user`), of whom small bases have few.
fn asks_for_users(subject: &Subject<'_, '_>) -> bool {
    let mut texts = subject.context.into_iter().flat_map(|context| {
        let sources = context
            .entries()
            .filter(|(path, _)| path.ends_with(".go") && !path.ends_with("_test.go"));
        sources.filter_map(|(path, _)| context.text(path))
    });
    texts.any(|text| text.contains("\"os/user\"") && text.contains(".Lookup"))
}

/// Whether a source has the go command list packages (golang.org/x/tools/go/packages, "Load"; cmd/go, "list").
fn loads_packages(text: &str) -> bool {
    text.contains("\"golang.org/x/tools/go/packages\"")
}

/// Where an image of Go has time zones, and where they go: those of Debian's tzdata, or on Alpine, which has none, those of Go itself
/// (package `time`, LoadLocation; docker-library, golang and buildpack-deps).
pub(super) fn zones(image: &str) -> (&'static str, &'static str) {
    if image.contains("alpine") {
        ("/usr/local/go/lib/time/zoneinfo.zip", "/usr/local/go/lib/time/")
    } else {
        ("/usr/share/zoneinfo", "/usr/share/zoneinfo")
    }
}

/// Whether a program may ask for a time zone: a source does, or a variable of the image, of a script or of whoever starts containers, or
/// nobody has seen all sources.
pub(super) fn reads_zones(subject: &Subject<'_, '_>) -> bool {
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    let Some(context) = subject.context else { return true };
    let other = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    settings.any(|setting| setting.name == "TZ")
        || context.entries().any(|(path, _)| {
            let text = context.text(path).unwrap_or_default();
            let reads = ["LoadLocation", "zoneinfo"].iter().any(|word| text.contains(word));
            let source = path.ends_with(".go") && reads;
            let told = !path.ends_with(".md") && text.split(other).any(|word| word == "TZ");
            source || told || base_name(path) == "go.mod" && text.contains("require")
        })
}

/// Programs that call the compiler when they start, from their own documentation.
const COMPILES: &[&str] = &[
    "CompileDaemon",
    "air",
    "dlv",
    "fresh",
    "gin",
    "ginkgo",
    "golangci-lint",
    "gopls",
    "gow",
    "mage",
    "realize",
    "reflex",
    "wgo",
];

/// A flag of Go that needs cgo, or makes a program that a loader starts (cmd/go, `go help build` and `go help buildmode`; cmd/link).
fn needs_loader(subject: &Subject<'_, '_>) -> Option<&'static str> {
    const FLAGS: &[&str] = &["-race", "-msan", "-asan", "-buildmode", "-linkmode"];
    let builds = subject.done.iter().filter(|done| done.effect == Effect::Builds);
    let mut texts: Vec<String> =
        builds.map(|done| done.command.text(subject.build.dockerfile).into_owned()).collect();
    let settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    let flags = settings.filter(|setting| setting.name == "GOFLAGS");
    texts.extend(flags.filter_map(|setting| Some(setting.value.as_deref()?.to_owned())));
    for (path, _) in subject.context.into_iter().flat_map(|context| context.entries()) {
        let rules = base_name(path).to_ascii_lowercase();
        let text = subject.context.and_then(|context| context.text(path)).unwrap_or_default();
        let compiles =
            |line: &&str| ["go build", "go install", "GOFLAGS"].iter().any(|it| line.contains(it));
        if rules.contains("makefile") || rules.ends_with(".mk") {
            texts.extend(text.lines().filter(compiles).map(str::to_owned));
        }
    }
    FLAGS.iter().copied().find(|flag| texts.iter().any(|text| text.contains(flag)))
}

/// What the calls of the compiler have made, and the texts that join them where that needs no libraries then.
pub(super) fn made(subject: &Subject<'_, '_>) -> Result<(Made, Vec<(usize, String)>), Obstacle> {
    if let Some(flag) = needs_loader(subject) {
        let message = format!("`{flag}` builds a program that needs cgo, or a loader");
        return Err((&reasons::PACKAGES, message));
    }
    let mut made = Made { artefacts: Vec::new(), runs_on: RunsOn::Nothing };
    let mut inserts = Vec::new();
    let cgo = cgo(subject);
    for done in subject.done.iter().filter(|done| done.effect == Effect::Builds) {
        let Some(call) = done.command.package_call().filter(|call| call.manager.name == "go")
        else {
            continue;
        };
        if !(call.is("build") || call.is("install")) {
            continue;
        }
        made.artefacts.extend(output(subject, done)?);
        let assignments =
            done.command.call.map_or(&[][..], |call| call.simple.assignments.as_slice());
        let set =
            assignments.iter().find(|one| subject.build.dockerfile.text(one.name) == "CGO_ENABLED");
        let setting = set.map(|one| subject.build.dockerfile.text(one.span).ends_with('0'));
        match setting.or(cgo.setting).or_else(|| exported(subject, done.step)) {
            Some(true) => {}
            Some(false) => made.runs_on = RunsOn::Libraries,
            None if cgo.needed || is_tagged_from_afar(done) => made.runs_on = RunsOn::Libraries,
            None => {
                if call.program.start != 0
                    || done.command.words.first().and_then(Option::as_deref) != Some("go")
                {
                    made.runs_on = RunsOn::Libraries;
                } else {
                    inserts.push((done.command.span.start, "CGO_ENABLED=0 ".to_owned()));
                }
            }
        }
    }
    put_in_place(subject, &mut made.artefacts);
    // Where one is linked with libraries, the others may stay as they are.
    if made.runs_on != RunsOn::Nothing {
        inserts.clear();
    }
    let mut known = Vec::new();
    made.artefacts.retain(|path| {
        !known.contains(path) && {
            known.push(path.clone());
            true
        }
    });
    if made.artefacts.is_empty() {
        let make = subject.done.iter().find(|done| is_make(done));
        let told = make.map(|make| {
            let text = make.command.text(subject.build.dockerfile);
            (&reasons::NO_ARTEFACT, format!("what `{text}` makes is not known"))
        });
        return Err(told.unwrap_or_else(|| because(&reasons::NO_ARTEFACT)));
    }
    if let Some((path, _)) = programs::sources(subject).find(|(_, text)| loads_packages(text)) {
        let message = format!("{path} loads packages by the go command");
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    let mut starts = subject.launch.programs().flatten();
    let compiler = starts.find(|program| {
        let name = base_name(program);
        COMPILES.contains(&name) || (name == "go" && !provides(subject, &made, program))
    });
    if let Some(program) = compiler {
        let message = format!("`{program}` calls the compiler when it starts");
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    Ok((made, inserts))
}

/// Takes a program from where `cp`, `mv` or `install` has put it, if the container starts it there, and nothing names the other place.
fn put_in_place(subject: &Subject<'_, '_>, artefacts: &mut [String]) {
    if starter(subject).is_some() {
        return;
    }
    let named = subject.launch.paths(subject.folder.as_deref());
    let by_name = |path: &str| {
        let folder = parent_of(path);
        search_path(subject).iter().any(|one| one.trim_end_matches('/') == folder)
            && subject.launch.programs().flatten().any(|program| program == base_name(path))
    };
    for done in &subject.done {
        let Effect::Writes(paths) = &done.effect else { continue };
        let moves = matches!(done.command.program_name(), Some("cp" | "install" | "mv"));
        if !moves || !paths.iter().any(|path| named.contains(path) || by_name(path)) {
            continue;
        }
        let words = done.command.words.iter().flatten().skip(1);
        let sources: Vec<String> =
            words.filter_map(|word| absolute(word, done.folder.as_deref())).collect();
        let own = |one: &&mut String| sources.contains(*one) && !named.contains(*one);
        // It may be made more than once; several go into one folder by their own names.
        for artefact in artefacts.iter_mut().filter(own) {
            let to = match paths.as_slice() {
                [path] => Some(path),
                paths => paths.iter().find(|path| base_name(path) == base_name(artefact)),
            };
            if let Some(path) = to {
                artefact.clone_from(path);
            }
        }
    }
}

/// Whether `export CGO_ENABLED=…` stands in the same RUN: `Some(true)` if it is switched off.
fn exported(subject: &Subject<'_, '_>, step: usize) -> Option<bool> {
    let exports = subject
        .done
        .iter()
        .filter(|done| done.step == step && done.command.program_name() == Some("export"));
    let words = exports.flat_map(|done| done.command.words.iter().flatten());
    let value = words.filter_map(|word| word.strip_prefix("CGO_ENABLED=")).next_back()?;
    Some(value == "0")
}

/// What decides about cgo.
struct Cgo {
    /// ENV or ARG: `Some(true)` if it is switched off.
    setting: Option<bool>,
    /// Whether a package of the project or of its dependencies cannot be compiled without it.
    needed: bool,
}

fn cgo(subject: &Subject<'_, '_>) -> Cgo {
    let last = subject.stage.steps.last();
    let settings = last.map_or(&[][..], |step| step.state.settings.as_slice());
    let value =
        settings.iter().rev().find(|setting| setting.name == "CGO_ENABLED").map(|setting| {
            setting.value.as_deref().is_some_and(|value| value.trim_matches(['"', '\'']) == "0")
        });
    let texts = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(move |(path, _)| {
            let read = path.ends_with(".go") || matches!(base_name(path), "go.mod" | "go.sum");
            read.then(|| Some((path, context.text(path)?))).flatten()
        })
    });
    let needed = subject.context.is_none()
        || subject.packages().iter().any(|package| is_for_cgo(package))
        || texts.into_iter().any(|(path, text)| compiles_c(path, text) || needs_cgo(text));
    Cgo { setting: value, needed }
}

/// Whether a source of Go is compiled with C, or another one in its place where that is not (cmd/cgo; cmd/go, "Build constraints").
fn compiles_c(path: &str, text: &str) -> bool {
    let own = path.ends_with(".go") && !path.ends_with("_test.go");
    let foreign = path.split('/').any(|part| part == "vendor");
    let imports = |line: &str| {
        line == "\"C\"" || line.strip_prefix("import").is_some_and(|rest| rest.contains("\"C\""))
    };
    let decides = |line: &str| {
        let told = line.strip_prefix("//go:build").or_else(|| line.strip_prefix("// +build"));
        let words = told
            .into_iter()
            .flat_map(|told| told.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        let words: Vec<&str> = words.collect();
        words.contains(&"cgo") && !words.iter().any(|word| matches!(*word, "darwin" | "windows"))
    };
    let front = || text.lines().map(str::trim).take_while(|line| !line.starts_with("package "));
    own && (text.lines().map(str::trim).any(imports) || !foreign && front().any(decides))
}

/// Whether a package of the system has headers of a library: a build of Go that installs these compiles C with them.
fn is_for_cgo(package: &str) -> bool {
    package.ends_with("-dev") && !matches!(package, "libc-dev" | "libc6-dev" | "musl-dev")
}

/// Whether a call builds what lies in no context, and is told by tags to build it in another way, as with a library in C.
fn is_tagged_from_afar(done: &super::effects::Done<'_, '_>) -> bool {
    let words = || done.command.words.iter().flatten();
    words().any(|word| word.starts_with("-tags") || word.starts_with("--tags"))
        && words().any(|word| word.contains('@'))
}

/// The files that `go build` or `go install` makes and keeps.
fn output(
    subject: &Subject<'_, '_>,
    done: &super::effects::Done<'_, '_>,
) -> Result<Vec<String>, Obstacle> {
    let line = subject.build.dockerfile.line(done.command.span.start);
    let unclear = || (&reasons::NO_ARTEFACT, format!("what line {line} makes is not known"));
    let call = done.command.package_call().ok_or_else(unclear)?;
    let words: Vec<Option<&str>> = done.command.words.iter().map(Option::as_deref).collect();
    let operands: Vec<&str> = call.operands().skip(1).filter_map(|at| words[at]).collect();
    let here = done.folder.as_deref();
    let names = || packages::programs(subject, here, &operands).ok_or_else(unclear);
    let into = |folder: &str| -> Result<Vec<String>, Obstacle> {
        Ok(names()?.iter().map(|name| format!("{folder}/{name}")).collect())
    };
    if call.is("install") {
        return into(&install_folder(subject, done).ok_or_else(unclear)?);
    }
    let given = words
        .iter()
        .position(|word| *word == Some("-o"))
        .map(|at| words.get(at + 1).copied().flatten());
    let glued = words.iter().flatten().find_map(|word| word.strip_prefix("-o="));
    match given.or(glued.map(Some)) {
        // Of many packages it keeps nothing.
        None if operands.iter().any(|word| word.ends_with("...")) => Ok(Vec::new()),
        None => match names()?.as_slice() {
            [name] => Ok(vec![absolute(name, here).ok_or_else(unclear)?]),
            _ => Ok(Vec::new()),
        },
        Some(None) => Err(unclear()),
        Some(Some("/dev/null")) => Ok(Vec::new()),
        Some(Some(path)) => {
            let place = absolute(path, here).ok_or_else(unclear)?;
            let is_folder = path.ends_with(['/', '.'])
                || super::effects::is_system_folder(&place)
                || subject.folder.as_deref() == Some(&place)
                || subject.done.iter().any(|other| matches!(&other.effect, Effect::MakesFolder(paths) if paths.contains(&place)))
                || subject.copied.iter().flat_map(|copied| &copied.brings).any(|one| one.folder && one.place == place);
            if is_folder { into(&place) } else { Ok(vec![place]) }
        }
    }
}

/// The folder that `go install` writes to (`go help install`); `None` if a variable leaves it open.
fn install_folder(
    subject: &Subject<'_, '_>,
    done: &super::effects::Done<'_, '_>,
) -> Option<String> {
    let value = |name: &str| variable(subject, done, name);
    // For another system or processor there is a folder of its own.
    if value("GOARCH").is_some() || value("GOOS").is_some_and(|system| system != "linux") {
        return None;
    }
    let official = toolchain_of_image(subject.image).is_some_and(|row| row.name == "go");
    let root = subject.stage.steps.get(done.step).is_some_and(|step| subject.stage.is_root(step));
    let own = match official {
        true => Some("/go".to_owned()),
        false => (root && value("HOME").is_none()).then(|| "/root/go".to_owned()),
    };
    let path = value("GOPATH").or(own);
    let folder = match (value("GOBIN"), path) {
        (None, Some(path)) => format!("{path}/bin"),
        (Some(folder), Some(path)) => folder.replace("${GOPATH}", &path).replace("$GOPATH", &path),
        (Some(folder), None) => folder,
        (None, None) => return None,
    };
    let odd = folder.contains(['$', ':', '~', '`']);
    absolute(&folder, None).filter(|_| !odd && folder.starts_with('/'))
}

/// The value that a command sees, as it is written: its own, one that its RUN exports, or that of ENV.
fn variable(
    subject: &Subject<'_, '_>,
    done: &super::effects::Done<'_, '_>,
    name: &str,
) -> Option<String> {
    let dockerfile = subject.build.dockerfile;
    let start = format!("{name}=");
    let bare = |text: &str| text.trim_matches(['"', '\'']).to_owned();
    let own = done.command.call.map_or(&[][..], |call| call.simple.assignments.as_slice());
    let own = own
        .iter()
        .find(|one| dockerfile.text(one.name) == name)
        .map(|one| bare(dockerfile.text(one.span).strip_prefix(&start).unwrap_or("$")));
    let exports = || {
        let same = subject.done.iter().filter(|other| other.step == done.step);
        let exports = same.filter(|other| other.command.program_name() == Some("export"));
        let mut raw = exports.map(|other| other.command.text(dockerfile).into_owned());
        let text = raw.find(|text| text.contains(&start))?;
        let value = text.split(&start).nth(1)?.split_whitespace().next()?;
        Some(bare(value))
    };
    let setting = || {
        let step = subject.stage.steps.get(done.step)?;
        let setting = step.state.settings.iter().rev().find(|setting| setting.name == name)?;
        Some(bare(setting.value.as_deref().unwrap_or("$")))
    };
    own.or_else(exports).or_else(setting)
}

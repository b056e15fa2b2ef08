//! Go: a program of its own, static where nothing needs cgo.

use super::compiled::{Made, RunsOn, plan, provides};
use super::effects::Effect;
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::absolute;
use crate::knowledge::needs_cgo;

/// Plans the two stages of a Go program.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    let (made, inserts) = artefacts(subject)?;
    let mut plan = plan(subject, &made, &[])?;
    plan.inserts = inserts;
    // A program in /go/bin is found by the PATH of the old base.
    let path = made.artefacts.iter().any(|path| path.starts_with("/go/bin/"));
    if path && subject.launch.programs().flatten().any(|program| !program.contains('/')) {
        plan.settings.push(("PATH".to_owned(), "/go/bin:$PATH".to_owned()));
    }
    Ok(plan)
}

/// What the compiler of Go makes, and what it has to be told for it: texts with their places.
pub(super) fn artefacts(
    subject: &Subject<'_, '_>,
) -> Result<(Made, Vec<(usize, String)>), Obstacle> {
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
        if let Some(path) = output(subject, done)? {
            made.artefacts.push(path);
        }
        let assignments =
            done.command.call.map_or(&[][..], |call| call.simple.assignments.as_slice());
        let set =
            assignments.iter().find(|one| subject.build.dockerfile.text(one.name) == "CGO_ENABLED");
        let setting = set.map(|one| subject.build.dockerfile.text(one.span).ends_with('0'));
        match setting.or(cgo.setting).or_else(|| exported(subject, done.step)) {
            Some(true) => {}
            Some(false) => made.runs_on = RunsOn::Libraries,
            None if cgo.needed => made.runs_on = RunsOn::Libraries,
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
    // Where one is linked with libraries, the others may stay as they are.
    if made.runs_on != RunsOn::Nothing {
        inserts.clear();
    }
    if made.artefacts.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    let starts = subject.launch.programs().flatten();
    if starts
        .into_iter()
        .any(|program| base_name(program) == "go" && !provides(subject, &made, program))
    {
        return Err(because(&reasons::RUNS_TOOLCHAIN));
    }
    Ok((made, inserts))
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
            read.then(|| context.text(path)).flatten()
        })
    });
    let needed = subject.context.is_none()
        || texts.into_iter().any(|text| {
            text.contains("import \"C\"") || text.contains("\t\"C\"\n") || needs_cgo(text)
        });
    Cgo { setting: value, needed }
}

/// The file that `go build` or `go install` makes; `None` if it keeps none.
fn output(
    subject: &Subject<'_, '_>,
    done: &super::effects::Done<'_, '_>,
) -> Result<Option<String>, Obstacle> {
    let line = subject.build.dockerfile.line(done.command.span.start);
    let unclear = || (&reasons::NO_ARTEFACT, format!("what line {line} makes is not known"));
    let call = done.command.package_call().ok_or_else(unclear)?;
    let words: Vec<Option<&str>> = done.command.words.iter().map(Option::as_deref).collect();
    let operands: Vec<&str> = call.operands().skip(1).filter_map(|at| words[at]).collect();
    if operands.iter().any(|word| word.ends_with("...")) {
        // Of many packages `build` keeps nothing without -o, and names what it keeps by their folders.
        return if call.is("build") && !words.contains(&Some("-o")) {
            Ok(None)
        } else {
            Err(unclear())
        };
    }
    let package = operands.first().copied().unwrap_or(".");
    let name = || program_name(subject, done.folder.as_deref(), package);
    if call.is("install") {
        let folder = setting(subject, "GOBIN")
            .or_else(|| setting(subject, "GOPATH").map(|path| format!("{path}/bin")));
        let name = name().ok_or_else(unclear)?;
        return Ok(Some(format!("{}/{name}", folder.unwrap_or_else(|| "/go/bin".to_owned()))));
    }
    let given = words
        .iter()
        .position(|word| *word == Some("-o"))
        .map(|at| words.get(at + 1).copied().flatten());
    let glued = words.iter().flatten().find_map(|word| word.strip_prefix("-o="));
    match given.or(glued.map(Some)) {
        None => {
            let name = name().ok_or_else(unclear)?;
            absolute(&name, done.folder.as_deref()).map(Some).ok_or_else(unclear)
        }
        Some(None) => Err(unclear()),
        Some(Some("/dev/null")) => Ok(None),
        Some(Some(path)) => {
            let place = absolute(path, done.folder.as_deref()).ok_or_else(unclear)?;
            let is_folder = path.ends_with(['/', '.'])
                || super::effects::is_system_folder(&place)
                || subject.folder.as_deref() == Some(&place)
                || subject.done.iter().any(|other| matches!(&other.effect, Effect::MakesFolder(paths) if paths.contains(&place)))
                || subject.copied.iter().flat_map(|copied| &copied.brings).any(|one| one.folder && one.place == place);
            if is_folder {
                let name = name().ok_or_else(unclear)?;
                return Ok(Some(format!("{place}/{name}")));
            }
            Ok(Some(place))
        }
    }
}

fn setting(subject: &Subject<'_, '_>, name: &str) -> Option<String> {
    let last = subject.stage.steps.last()?;
    let value =
        last.state.settings.iter().rev().find(|setting| setting.name == name)?.value.clone()?;
    absolute(value.trim_matches(['"', '\'']), None)
}

/// The name that a program gets from its package (`go help build`).
fn program_name(subject: &Subject<'_, '_>, folder: Option<&str>, package: &str) -> Option<String> {
    if package.ends_with(".go") {
        return Some(base_name(package).trim_end_matches(".go").to_owned());
    }
    let package = package.split('@').next()?;
    let last = |path: &str| {
        let mut parts = path.trim_end_matches('/').rsplit('/');
        let last = parts.next()?;
        let version = last
            .strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
        Some(if version { parts.next()? } else { last }.to_owned())
    };
    if !matches!(package, "." | "./") {
        return last(package);
    }
    // The module's name, from the go.mod in the folder.
    let context = subject.context?;
    let folder = folder?;
    let manifest = subject
        .copied
        .iter()
        .filter(|copied| copied.from_context)
        .flat_map(|copied| &copied.brings)
        .find_map(|one| {
            let path = if one.source.is_empty() {
                "go.mod".to_owned()
            } else {
                format!("{}/go.mod", one.source)
            };
            let here = if one.folder {
                one.place == folder
            } else {
                one.place == format!("{folder}/go.mod")
            };
            let path = if one.folder { path } else { one.source.clone() };
            here.then(|| context.text(&path)).flatten()
        })?;
    let module = manifest.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    last(module.trim().trim_matches('"'))
}

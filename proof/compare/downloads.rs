//! Steps that the old file has not: each only downloads what a later one would.

use super::installs::{dotnet, gradle, maven};
use super::moves::stand_in;
use crate::program::{Action, Call, Step};
use crate::shell::{States, plain};

/// A step that belongs to a download.
#[derive(Clone, Copy)]
pub(super) struct Download {
    /// The number of the step that would download what it does.
    pub(super) needed: usize,
    /// The number of the first command behind it, of the same script.
    pub(super) first: usize,
    /// The number of the step with which it begins, if it is a build with sources that stand in for others.
    pub(super) stand_in: Option<usize>,
}

/// The steps of a new file that belong to a download; `places` tells which of all the old file has.
///
/// A download stands in front of what needs it, with nothing between but copies, folders, and what prints or makes some.
pub(super) fn downloads(steps: &[Step<'_>], places: &[Option<usize>]) -> Vec<Option<Download>> {
    let mut found = vec![None; steps.len()];
    for (at, step) in steps.iter().enumerate() {
        let Action::Call(call) = &step.action else { continue };
        let stand_in = stand_in::length(&steps[at..])
            .filter(|(length, _)| places[at..at + length].iter().all(Option::is_none));
        let downloads = program(call).is_some_and(|name| is_download(name, call));
        if places[at].is_some() || !(downloads || stand_in.is_some()) {
            continue;
        }
        let behind = at + stand_in.map_or(1, |(length, _)| length);
        let aside = |later: &usize| match &steps[*later].action {
            Action::Copy(_) | Action::MakeFolder { .. } => false,
            Action::Call(later) => {
                let prepares = program(call).is_some() && prepared(later) == program(call);
                !is_entering(later) && !is_quiet(later) && !prepares
            }
            _ => true,
        };
        let needed = (behind..steps.len()).find(aside);
        let needed = needed.filter(|needed| places[*needed].is_some());
        let Some(needed) = needed else { continue };
        let calls = |later: &usize| matches!(steps[*later].action, Action::Call(_));
        let first = (behind..needed).find(calls).unwrap_or(needed);
        let download = Download { needed, first, stand_in: stand_in.map(|_| at) };
        found[at..behind].fill(Some(download));
        // Its own `cd`, or the `chmod` that makes it a program.
        let own = |step: &Step<'_>| match &step.action {
            Action::Call(other) => {
                is_entering(other) || prepared(other).is_some_and(|it| Some(it) == program(call))
            }
            _ => false,
        };
        if let Some(before) = at.checked_sub(1)
            && places[before].is_none()
            && own(&steps[before])
        {
            found[before] = found[at];
        }
    }
    found
}

/// Whether it is `cd`.
pub(super) fn is_entering(call: &Call<'_>) -> bool {
    call.words.first().is_some_and(|word| word == "cd")
}

/// The wrapper, as it is called, of which a `chmod` makes a program.
pub(super) fn prepared<'c>(call: &'c Call<'_>) -> Option<&'static str> {
    let words: Vec<&'c str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let alone = call.inner.is_empty() && call.redirects.is_empty() && call.assignments.is_empty();
    match words[..] {
        ["chmod", "+x" | "a+x" | "u+x" | "ugo+x" | "755" | "0755", file] if alone => match file {
            "mvnw" | "./mvnw" => Some("./mvnw"),
            "gradlew" | "./gradlew" => Some("./gradlew"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the program of the download at `at` is made a program, by the step in front that is new, as it is again in front of
/// `needed`, or by neither: else it may be none yet, or another one in the end.
pub(super) fn is_runnable(
    steps: &[Step<'_>],
    downloads: &[Option<Download>],
    at: usize,
    needed: usize,
) -> bool {
    let Action::Call(call) = &steps[at].action else { return true };
    let prepares = |step: &Step<'_>| match &step.action {
        Action::Call(other) if prepared(other).is_some_and(|made| Some(made) == program(call)) => {
            Some(other.words.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        _ => None,
    };
    let again = steps[at..needed].iter().find_map(prepares);
    let front = at.checked_sub(1).filter(|front| downloads[*front].is_some());
    front.and_then(|front| prepares(&steps[front])) == again
}

fn is_quiet(call: &Call<'_>) -> bool {
    let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
    call.inner.is_empty()
        && matches!(words[..], ["set" | "mkdir" | "echo" | "true", ..] | ["go", "version"])
}

/// The program that a call names by its name, or as the wrapper of the project.
fn program<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    call.words.first().and_then(|word| plain(word))
}

fn is_download(program: &str, call: &Call<'_>) -> bool {
    let words: Vec<Option<&str>> = call.words[1..].iter().map(|word| plain(word)).collect();
    match program {
        "go" => words == [Some("mod"), Some("download")],
        "dotnet" => words.first() == Some(&Some("restore")),
        "mvn" | "./mvnw" => words.last() == Some(&Some("dependency:go-offline")),
        "./gradlew" => words == [Some("--version")],
        _ => false,
    }
}

/// Whether two calls see the same user, variables, mounts, network and directory, in a shell that nothing has changed.
pub(super) fn sees_the_same(states: &States, download: &Call<'_>, later: &Call<'_>) -> bool {
    let (one, two) = (states.seen(download.state), states.seen(later.state));
    let untouched = |call: &Call<'_>| call.redirects.is_empty() && !call.leaves && !call.stale;
    one.surroundings == two.surroundings
        && one.surroundings.flags.is_empty()
        && one.surroundings.interpreter.is_none()
        && one.surroundings.startup.is_none()
        && one.directory == two.directory
        && one.variables == two.variables
        && one.settings.is_empty()
        && two.settings.is_empty()
        && one.taint.is_empty()
        && two.taint.is_empty()
        && one.sandbox == two.sandbox
        && download.assignments.is_empty()
        && untouched(download)
        && untouched(later)
}

/// Whether a later call downloads all the same, with settings of its own that decide nothing of that.
pub(super) fn fetches(download: &Call<'_>, later: &Call<'_>) -> bool {
    // https://pkg.go.dev/cmd/go#hdr-Environment_variables: what is compiled, and for what.
    const COMPILES: &[&str] =
        &["CGO_ENABLED", "GOOS", "GOARCH", "GOARM", "GOAMD64", "CC", "CXX", "CI", "GOEXPERIMENT"];
    let compiles = later.assignments.iter().all(|text| {
        COMPILES
            .iter()
            .any(|name| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    });
    let (Some(one), Some(two)) = (program(download), program(later)) else { return false };
    compiles
        && one == two
        && match one {
            "go" => builds_modules(&later.words[1..]),
            "dotnet" => dotnet::restores_for(&download.words[1..], &later.words[1..]),
            "mvn" | "./mvnw" => asks_for_the_same(&download.words[1..], &later.words[1..]),
            "./gradlew" => gradle::stays_at_home(&later.words[1..]),
            _ => false,
        }
}

/// Whether words behind `mvn` have the options of a download, and a goal that needs what it fetches.
fn asks_for_the_same(
    download: &[crate::program::Text<'_>],
    later: &[crate::program::Text<'_>],
) -> bool {
    let apart = |words: &[crate::program::Text<'_>]| {
        let words: Option<Vec<String>> =
            words.iter().map(|word| plain(word).map(str::to_owned)).collect();
        let words = words?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (options, goals) = maven::told_apart(&words)?;
        let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
        Some((owned(options), owned(goals)))
    };
    let (Some(one), Some(two)) = (apart(download), apart(later)) else { return false };
    one.0 == two.0
        && one.1 == ["dependency:go-offline"]
        && two.1.iter().any(|goal| maven::resolves(goal))
}

/// Whether words behind `go` build packages of the module in the working directory.
fn builds_modules(words: &[crate::program::Text<'_>]) -> bool {
    let verb = words.first().and_then(|word| plain(word)).unwrap_or_default();
    // https://go.dev/ref/mod#build-commands: what picks other modules, or another go.mod.
    let picks = |word: &crate::program::Text<'_>| {
        let Some(word) = plain(word) else { return false };
        let flag = word.trim_start_matches('-');
        let is = |name: &str| {
            flag == name || flag.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
        };
        let names = ["C", "modfile", "mod", "overlay", "modcacherw"].iter().any(|name| is(name));
        (word.starts_with('-') && names && word != "-mod=readonly")
            || (!word.starts_with('-') && word.contains('@'))
    };
    match verb {
        "build" | "install" | "test" | "vet" | "run" => {
            // A variable alone may hold any flag.
            let open = |(at, word): (usize, &crate::program::Text<'_>)| {
                let before = words.get(at.wrapping_sub(1)).and_then(|word| plain(word));
                plain(word).is_none()
                    && !before
                        .is_some_and(|before| before.starts_with('-') && !before.contains('='))
                    && !word.starts_with('-')
            };
            !words.iter().any(picks) && !words.iter().enumerate().any(open)
        }
        "mod" => words.get(1).is_some_and(|word| word == "download") && words.len() == 2,
        _ => false,
    }
}

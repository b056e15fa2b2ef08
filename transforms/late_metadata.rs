//! Set versions, dates and revisions below the steps that do not use them.
//!
//! An ARG is part of the cache key of every RUN behind it, whether that reads it or not, and so is an ENV. One that changes
//! with every build, such as the revision or the date, repeats all installs behind it each time. Labels are no part of any key.
//!
//! ```dockerfile before
//! FROM debian:bookworm-slim
//! ARG VCS_REF
//! LABEL org.opencontainers.image.revision=$VCS_REF
//! RUN apt-get update && apt-get install -y curl
//! COPY tool /usr/local/bin/
//! ```
//!
//! ```dockerfile after
//! FROM debian:bookworm-slim
//! RUN apt-get update && apt-get install -y curl
//! ARG VCS_REF
//! LABEL org.opencontainers.image.revision=$VCS_REF
//! COPY tool /usr/local/bin/
//! ```
//!
//! It moves no farther than behind the last install that it need not stand above, together with the labels and variables
//! that are made of it.
//!
//! # Declines
//!
//! - A step in the way is no plain install: a build of the project may read any variable.
//! - A step in the way fetches what is newest, such as a clone or an upgrade: somebody may want that anew with each value.
//! - The name is set again in between, or the instruction sets others, too.
//!
//! # Safety
//!
//! Review. A program can read any variable without naming it in the Dockerfile; only names that plainly tell of a version, a
//! date or a revision are moved, and only past system packages, downloads and what handles files and users.

mod reasons;

use dockslim_contract::{Decline, DeclineReason, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{
    Arguments, Dockerfile, Edits, Instruction, Item, Keyword, Overlap, Span, leading_comments,
};

use crate::facts::{BuildStage, BuildStep, Command, Content};
use crate::{Facts, Options, Transform};

/// The pass.
pub const LATE_METADATA: Transform = Transform {
    name: "late-metadata",
    summary: "set versions, dates and revisions below the steps that do not use them",
    levels: &[Safety::Review],
    causes: &[Difference::LateMetadata],
    source: include_str!("late_metadata.rs"),
    declines: reasons::ALL,
    run,
};

/// Names that tell of the image or its source, and of nothing that a program is to do.
const NAMES: &[&str] = &[
    "APP_VERSION",
    "BUILDDATE",
    "BUILDTIME",
    "BUILD_COMMIT",
    "BUILD_DATE",
    "BUILD_ID",
    "BUILD_NUMBER",
    "BUILD_REF",
    "BUILD_REVISION",
    "BUILD_SHA",
    "BUILD_TIME",
    "BUILD_TIMESTAMP",
    "BUILD_VERSION",
    "CI_COMMIT_SHA",
    "COMMIT",
    "COMMIT_HASH",
    "COMMIT_ID",
    "COMMIT_SHA",
    "GITHUB_SHA",
    "GIT_BRANCH",
    "GIT_COMMIT",
    "GIT_COMMIT_SHA",
    "GIT_HASH",
    "GIT_REF",
    "GIT_REV",
    "GIT_REVISION",
    "GIT_SHA",
    "GIT_SHA1",
    "IMAGE_VERSION",
    "REVISION",
    "SOURCE_BRANCH",
    "SOURCE_COMMIT",
    "VCS_REF",
    "VCS_URL",
    "VERSION",
];

/// Programs that fetch or install, and read no variable of such a name.
const INSTALLERS: &[&str] = &[
    "apk", "apt", "apt-get", "aptitude", "curl", "dnf", "gem", "git", "microdnf", "pip", "tdnf",
    "wget", "yum", "zypper",
];

/// Programs that handle files, packages and users.
const QUIET: &[&str] = &[
    ":",
    "[",
    "addgroup",
    "adduser",
    "add-apt-repository",
    "apt-key",
    "apt-mark",
    "awk",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "cut",
    "dpkg",
    "echo",
    "find",
    "gpg",
    "grep",
    "groupadd",
    "gunzip",
    "gzip",
    "install",
    "ldconfig",
    "ln",
    "locale-gen",
    "localedef",
    "ls",
    "mkdir",
    "mv",
    "printf",
    "rm",
    "rpm",
    "sed",
    "set",
    "sha256sum",
    "tar",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "uname",
    "unzip",
    "update-ca-certificates",
    "update-locale",
    "useradd",
    "usermod",
    "xz",
    "bunzip2",
    "dpkg-reconfigure",
    "mktemp",
    "basename",
    "dirname",
];

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    let dockerfile = facts.dockerfile;
    for stage in &facts.build().stages {
        let mut taken = vec![false; stage.steps.len()];
        for number in 0..stage.steps.len() {
            let step = &stage.steps[number];
            let names = metadata(dockerfile, step);
            if names.is_empty() || taken[number] {
                continue;
            }
            let at = step.instruction.span;
            // What its value is made of stays above, and says it all.
            let made = step.instruction.kind == Keyword::Env && step.text(dockerfile).contains('$');
            if made {
                continue;
            }
            // Together with its neighbours, but for those that are used earlier.
            let mut left = Vec::new();
            let found = loop {
                let found = way(dockerfile, stage, number, &left);
                match found.used_by {
                    Some(moved) if found.last.is_none() && moved != number => left.push(moved),
                    _ => break found,
                }
            };
            let Some(last) = found.last else {
                if let Some((reason, what)) = found.obstacle {
                    let message = format!(
                        "each new value of {} repeats the steps behind it; {what}",
                        names.join(" and ")
                    );
                    findings.declines.push(Decline { reason, at, message });
                }
                continue;
            };
            for moved in &found.moved {
                taken[*moved] = true;
            }
            let moved: Vec<&Instruction> = found
                .moved
                .iter()
                .filter(|one| **one < last)
                .map(|one| stage.steps[*one].instruction)
                .collect();
            let to = stage.steps[last].instruction;
            if ends_open(dockerfile, moved.iter().copied().chain([to])) {
                let message = reasons::CONTINUED_END.summary.to_owned();
                findings.declines.push(Decline { reason: &reasons::CONTINUED_END, at, message });
            } else if let Ok(edits) = edits(dockerfile, &moved, to) {
                let reason = format!(
                    "each new value of {} repeats installs that do not use it",
                    names.join(" and ")
                );
                findings.rewrites.push(Rewrite { safety: Safety::Review, at, reason, edits });
            }
        }
    }
    findings
}

/// The names that an ARG or ENV sets, if all are metadata.
fn metadata(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>) -> Vec<String> {
    let names = names(dockerfile, step.instruction);
    let sets = matches!(step.instruction.kind, Keyword::Arg | Keyword::Env) && !step.onbuild;
    let all = names.iter().all(|name| is_metadata(name));
    if sets && all { names } else { Vec::new() }
}

fn is_metadata(name: &str) -> bool {
    NAMES.contains(&name)
        || NAMES.contains(&name.to_ascii_uppercase().as_str()) && name == name.to_ascii_lowercase()
}

/// The names that an instruction sets.
fn names(dockerfile: &Dockerfile<'_>, instruction: &Instruction) -> Vec<String> {
    match &instruction.arguments {
        Arguments::Pairs { pairs, .. } => {
            pairs.iter().map(|pair| dockerfile.text(pair.name).into_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// How far metadata can move.
#[derive(Default)]
struct Way {
    /// The steps that move, in order.
    moved: Vec<usize>,
    /// The last install that they pass.
    last: Option<usize>,
    /// The step among them that is used before they pass any.
    used_by: Option<usize>,
    /// What is in the way of passing any.
    obstacle: Option<(&'static DeclineReason, String)>,
}

/// Follows the steps behind an ARG or ENV, with those that are like it or made of it, but for those that are `left`.
fn way(dockerfile: &Dockerfile<'_>, stage: &BuildStage<'_>, number: usize, left: &[usize]) -> Way {
    let mut way = Way { moved: vec![number], ..Way::default() };
    // The last of the RUNs that stand together, which become one layer: nothing may come between them.
    let mut behind = None;
    let mut installs = false;
    let mut set = names(dockerfile, stage.steps[number].instruction);
    for (at, step) in stage.steps.iter().enumerate().skip(number + 1) {
        let instruction = step.instruction;
        let text = dockerfile.raw(instruction.span);
        let used = set.iter().any(|name| mentions(text, name));
        // What moves with it must not pass what it is made of.
        let made_of_others = |moved: &usize| {
            let text = dockerfile.raw(stage.steps[*moved].instruction.span);
            names(dockerfile, instruction).iter().any(|name| mentions(text, name))
        };
        let passed_over = matches!(
            instruction.kind,
            Keyword::Label
                | Keyword::Expose
                | Keyword::Stopsignal
                | Keyword::Cmd
                | Keyword::Entrypoint
                | Keyword::Healthcheck
        );
        if !passed_over && (step.onbuild || instruction.kind != Keyword::Run) && installs {
            way.last = behind;
        }
        if step.onbuild {
            break;
        }
        match instruction.kind {
            Keyword::Label if used && way.last.is_none() => way.moved.push(at),
            Keyword::Label if way.moved.iter().any(made_of_others) => break,
            Keyword::Arg | Keyword::Env
                if way.last.is_none()
                    && !left.contains(&at)
                    && !metadata(dockerfile, step).is_empty() =>
            {
                way.moved.push(at);
                set.extend(names(dockerfile, instruction));
            }
            Keyword::Arg | Keyword::Env if way.moved.iter().any(made_of_others) => {
                way.obstacle = Some((&reasons::SET_AGAIN, reasons::SET_AGAIN.summary.to_owned()));
                break;
            }
            Keyword::Run => {
                if used {
                    let uses = |moved: &&usize| {
                        let names = names(dockerfile, stage.steps[**moved].instruction);
                        names.iter().any(|name| mentions(text, name))
                    };
                    way.used_by = way.moved.iter().find(uses).copied();
                    break;
                }
                match passes(dockerfile, step) {
                    Ok(fetches) => {
                        behind = Some(at);
                        installs |= fetches;
                    }
                    Err(reason) => {
                        way.obstacle = Some((reason, reason.summary.to_owned()));
                        break;
                    }
                }
            }
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck => {}
            _ if used => break,
            Keyword::Unknown | Keyword::From | Keyword::Onbuild => break,
            _ => {}
        }
    }
    // Nothing stands behind them in the stage.
    if installs
        && stage.steps[behind.map_or(0, |at| at + 1)..]
            .iter()
            .all(|step| step.instruction.kind != Keyword::Run && !step.onbuild)
    {
        way.last = behind;
    }
    if way.last.is_none() && installs {
        way.obstacle = Some((&reasons::PARTS_RUNS, reasons::PARTS_RUNS.summary.to_owned()));
    }
    way.moved.retain(|moved| way.last.is_none_or(|last| *moved < last));
    way
}

/// Whether a text has a name in it, as a whole word.
fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    })
}

/// Whether a RUN can stand in front of metadata, and then whether it installs or fetches something: not if it may read
/// variables that it does not name, nor if each new value lets it fetch what is newest.
fn passes(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
) -> Result<bool, &'static DeclineReason> {
    let commands: &[Command<'_>] = match &step.content {
        Content::Script(script, _, commands)
            if step.state.shell.is_known() && script.bashisms.is_empty() =>
        {
            commands
        }
        _ => return Err(&reasons::MAY_READ),
    };
    let mut installs = false;
    for command in commands.iter().filter(|command| !command.words.is_empty()) {
        let name = command.program_name().unwrap_or_default();
        let local = command.words.iter().skip(1).any(|word| {
            word.as_deref().is_none_or(|word| {
                word.starts_with(['.', '/']) || word == "-e" || word == "--editable"
            })
        });
        if is_fresh(name, command, &command.text(dockerfile)) {
            return Err(&reasons::FRESH);
        }
        if INSTALLERS.contains(&name) && !(name == "pip" && local) {
            installs = true;
        } else if !QUIET.contains(&name) {
            return Err(&reasons::MAY_READ);
        }
    }
    Ok(installs)
}

/// Whether a command fetches something that is another one tomorrow, and that somebody may want anew.
fn is_fresh(program: &str, command: &Command<'_>, text: &str) -> bool {
    const MOVING: [&str; 7] =
        ["latest", "stable", "master", "/main", "nightly", "HEAD", "/snapshot"];
    let has = |verbs: &[&str]| command.words.iter().flatten().any(|word| verbs.contains(&&**word));
    match program {
        "git" => has(&["clone", "pull", "fetch"]),
        "curl" | "wget" => MOVING.iter().any(|sign| text.contains(sign)),
        "yum" | "dnf" | "microdnf" | "tdnf" | "zypper" => has(&["update", "upgrade", "up"]),
        _ => has(&["upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade"]),
    }
}

/// Whether one of some instructions ends in a line continuation.
fn ends_open<'t>(
    dockerfile: &Dockerfile<'_>,
    mut instructions: impl Iterator<Item = &'t Instruction>,
) -> bool {
    instructions.any(|one| {
        let end = Span::new(one.span.end, one.lines.end);
        one.heredocs.is_empty() && dockerfile.continuations_in(end).next().is_some()
    })
}

/// Moves instructions, with the comments above them, behind another one.
fn edits(
    dockerfile: &Dockerfile<'_>,
    moved: &[&Instruction],
    to: &Instruction,
) -> Result<Edits, Overlap> {
    let items = &dockerfile.items;
    let newline = dockerfile.newline();
    let index = |one: &Instruction| dockerfile.item_at(one.span.start);
    let is_blank = |at: usize| matches!(items.get(at), Some(Item::Blank { .. }));
    let mut edits = Edits::new();
    let mut text = String::new();
    let mut gone = vec![false; items.len()];
    // Blank lines between them go along.
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    for one in moved {
        let at = index(one);
        let first = leading_comments(dockerfile, at).start;
        match blocks.last_mut() {
            Some((_, last)) if (*last + 1..first).all(is_blank) => *last = at,
            _ => blocks.push((first, at)),
        }
    }
    for (first, last) in blocks {
        let own = Span::new(items[first].lines().start, items[last].lines().end);
        text.push_str(dockerfile.raw(own));
        edits.delete(own)?;
        gone[first..=last].fill(true);
    }
    // Of the blank lines around what has gone, those above are enough.
    let apart = moved.first().is_some_and(|first| {
        let start = leading_comments(dockerfile, index(first)).start;
        start > 0 && is_blank(start - 1)
    });
    let mut at = moved.first().map_or(0, |first| index(first));
    let end = index(to);
    while at < end {
        if gone[at] && (at + 1..items.len()).find(|next| !gone[*next]).is_some_and(is_blank) {
            let above = (0..at).rev().find(|above| !gone[*above]);
            let mut next = at + 1;
            while gone[next] {
                next += 1;
            }
            while above.is_some_and(is_blank) && is_blank(next) {
                edits.delete(items[next].lines())?;
                next += 1;
            }
            at = next;
        } else {
            at += 1;
        }
    }
    let separator = if apart { newline } else { "" };
    let text = if dockerfile.raw(to.lines).ends_with('\n') {
        format!("{separator}{text}")
    } else {
        format!("{newline}{separator}{}", text.trim_end_matches(['\n', '\r']))
    };
    edits.insert(to.lines.end, text)?;
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_words() {
        assert!(mentions("x=$VERSION", "VERSION") && mentions("${VERSION:-1}", "VERSION"));
        assert!(!mentions("$NODE_VERSION", "VERSION") && !mentions("VERSIONS", "VERSION"));
        assert!(is_metadata("GIT_SHA") && is_metadata("version") && !is_metadata("NODE_VERSION"));
    }
}

//! The COPY instructions that stand directly before a RUN.

use std::borrow::Cow;
use std::ops::Range;

use dockslim_contract::{BuildContext, ContextKind, DeclineReason};
use dockslim_syntax::{Arguments, CommandForm, Dockerfile, Instruction, Keyword};

use super::changes::Changes;
use super::reasons;
use crate::facts::{BuildStage, BuildStep, absolute, is_within};
use crate::knowledge::BaseImage;

/// Where users and groups are listed.
const ACCOUNTS: [&str; 3] = ["/etc", "/etc/passwd", "/etc/group"];

/// The words of COPY or ADD, sources first, the target last.
fn words<'t>(dockerfile: &'t Dockerfile<'t>, instruction: &'t Instruction) -> Vec<Cow<'t, str>> {
    match &instruction.arguments {
        Arguments::Words(words) => words.iter().map(|word| dockerfile.text(word.span)).collect(),
        Arguments::List(words) => {
            words.iter().map(|word| Cow::Borrowed(word.value.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

/// Where a COPY or ADD writes, as an absolute path: a file, or a folder that gets the files.
pub(super) fn target<'t>(
    dockerfile: &'t Dockerfile<'t>,
    step: &BuildStep<'t>,
    image: Option<&BaseImage>,
) -> Option<String> {
    let words = words(dockerfile, step.instruction);
    absolute(words.last()?, folder(step, image).as_deref())
}

/// The folder that a step sees as its own.
pub(super) fn folder(step: &BuildStep<'_>, image: Option<&BaseImage>) -> Option<String> {
    let first = image.map(BaseImage::workdir);
    match step.state.workdir.as_deref() {
        Some(folder) => absolute(folder, first),
        None => first.map(str::to_owned),
    }
}

/// The numbers of the steps directly before step `number` that only copy, describe the image, or are
/// RUNs that `passed` lets through.
pub(super) fn group<'t>(
    stage: &BuildStage<'t>,
    number: usize,
    passed: impl Fn(&BuildStep<'t>) -> bool,
) -> Range<usize> {
    let before = stage.steps[..number].iter().rev().take_while(|step| {
        !step.onbuild
            && match step.instruction.kind {
                Keyword::Copy | Keyword::Add | Keyword::Env | Keyword::Arg | Keyword::User => true,
                Keyword::Label | Keyword::Expose | Keyword::Stopsignal | Keyword::Maintainer => {
                    true
                }
                Keyword::Workdir | Keyword::Healthcheck => true,
                Keyword::Cmd | Keyword::Entrypoint => true,
                Keyword::Run => passed(step),
                _ => false,
            }
    });
    number - before.count()..number
}

/// Those steps of a group that copy into the place, in order; no step if none does.
pub(super) fn into_place<'b, 't>(
    dockerfile: &'t Dockerfile<'t>,
    steps: &'b [BuildStep<'t>],
    changes: &Changes<'_>,
    image: Option<&BaseImage>,
) -> Result<Vec<&'b BuildStep<'t>>, &'static DeclineReason> {
    let place = &changes.place;
    let mut inside = Vec::new();
    let mut unclear = None;
    for step in steps {
        if !matches!(step.instruction.kind, Keyword::Copy | Keyword::Add) {
            continue;
        }
        match target(dockerfile, step, image) {
            None => unclear = Some(&reasons::UNKNOWN_TARGET),
            Some(path) if is_within(&path, place) => inside.push(step),
            Some(path) if is_within(place, &path) => return Err(&reasons::PART),
            Some(path) if ACCOUNTS.contains(&path.as_str()) => unclear = Some(&reasons::ACCOUNTS),
            Some(_) => {}
        }
    }
    match unclear {
        Some(reason) if !inside.is_empty() => Err(reason),
        _ => Ok(inside),
    }
}

/// Whether a COPY can be given the flags.
pub(super) fn takes_flags(
    dockerfile: &Dockerfile<'_>,
    instruction: &Instruction,
    changes: &Changes<'_>,
) -> Result<(), &'static DeclineReason> {
    let copies = instruction.kind == Keyword::Copy && instruction.heredocs.is_empty();
    let plain = instruction.flags.iter().all(|flag| {
        dockerfile.text(flag.name) == "chmod" && changes.mode.is_none() && flag.value.is_some()
    });
    if copies && plain { Ok(()) } else { Err(&reasons::KIND_OF_COPY) }
}

/// What the sources of a COPY are, as far as that is known.
pub(super) struct Sources {
    /// It is one folder.
    pub(super) folder: bool,
    /// There is no symbolic link among them, or in them.
    pub(super) no_links: bool,
}

/// Looks at the sources of a COPY from the context.
pub(super) fn sources<'t>(
    dockerfile: &'t Dockerfile<'t>,
    instruction: &'t Instruction,
    context: Option<&BuildContext>,
) -> Sources {
    let words = words(dockerfile, instruction);
    let named = words.split_last().map_or(&[][..], |(_, sources)| sources);
    let paths = context.and_then(|context| {
        let found: Option<Vec<Vec<&str>>> =
            named.iter().map(|source| context.matching(source)).collect();
        found.map(|found| (context, found.concat()))
    });
    let whole = matches!(named, [source] if matches!(&**source, "." | "./"));
    match paths {
        None => Sources { folder: whole, no_links: false },
        Some((context, paths)) => {
            let is_link = |path: &str| {
                context.entry(path).is_some_and(|entry| entry.kind == ContextKind::Link)
                    || context.below(path).any(|(_, entry)| entry.kind == ContextKind::Link)
            };
            Sources {
                folder: whole || matches!(paths.as_slice(), [path] if context.is_folder(path)),
                no_links: !paths.is_empty() && !paths.iter().any(|path| is_link(path)),
            }
        }
    }
}

/// Whether the file shows that its builder knows `COPY --chmod`: BuildKit does, by Dockerfile syntax
/// 1.2 and later (Dockerfile release notes).
pub(super) fn knows_chmod(dockerfile: &Dockerfile<'_>) -> bool {
    let directive = dockerfile.items.iter().find_map(|item| match item {
        dockslim_syntax::Item::Directive(directive)
            if dockerfile.raw(directive.name).eq_ignore_ascii_case("syntax") =>
        {
            Some(dockerfile.raw(directive.value))
        }
        _ => None,
    });
    if let Some(frontend) = directive {
        let frontend = frontend.strip_prefix("docker.io/").unwrap_or(frontend);
        let version = frontend.strip_prefix("docker/dockerfile:").unwrap_or_default();
        let mut numbers = version.split(['.', '-']);
        return numbers.next() == Some("1")
            && numbers.next().is_none_or(|minor| minor.parse().is_ok_and(|minor: u32| minor >= 2));
    }
    dockerfile.instructions().any(|(_, instruction)| {
        let instruction = instruction.innermost();
        let flag = |name: &str| instruction.flag(name, dockerfile.source).is_some();
        let script = match &instruction.arguments {
            Arguments::Command(CommandForm::Shell(script)) => script.heredoc_body,
            _ => false,
        };
        match instruction.kind {
            Keyword::Run => script || ["mount", "network", "security"].into_iter().any(flag),
            Keyword::Copy | Keyword::Add => {
                !instruction.heredocs.is_empty() || ["chmod", "link"].into_iter().any(flag)
            }
            _ => false,
        }
    })
}

//! What is done about a leftover: a flag in its call, or a command behind the script.

use dockslim_contract::BuildContext;
use dockslim_syntax::{Dockerfile, Edits, Overlap, Span};

use super::later;
use super::leavings::Leaving;
use super::reasons;
use super::releases::all_too_old;
use super::surroundings::{Place, is_shared, place, user};
use crate::facts::{Build, BuildStage, BuildStep, Command, Readers, Use, used_by};
use crate::knowledge::{Action, Kind, Remedy};
use crate::pass::Refusal;

/// What becomes of a leftover.
pub(super) enum Fate {
    /// Nothing of it is in the layer.
    Gone,
    /// The call gets a flag.
    Flag(Flag),
    /// The script gets a command.
    Command(CleanUp),
}

/// A flag for a call.
pub(super) struct Flag {
    text: &'static str,
    /// The word behind which it goes.
    behind: Span,
    /// The words that it makes room for: the first becomes the flag.
    replaces: Vec<Span>,
}

/// A command for the end of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CleanUp {
    /// The words in front of it: `sudo`, `conda run -n tools`.
    pub(super) prefix: String,
    pub(super) command: String,
    /// Whether the package manager itself does it.
    pub(super) by_program: bool,
}

/// What to do about a leftover that the script does not clean up.
pub(super) fn fate(
    (build, context): (&Build<'_>, Option<&BuildContext>),
    stage: &BuildStage<'_>,
    number: usize,
    leaving: &Leaving<'_, '_>,
) -> Result<Fate, Refusal> {
    let leftover = leaving.leftover;
    let image = stage.image.as_deref();
    let step = &stage.steps[number];
    if leftover.is_absent_in(image) || all_too_old(build, stage, number, leftover) {
        return Ok(Fate::Gone);
    }
    if let Some(never) = &leftover.never {
        return Err((&reasons::LEFT_ALONE, never.clone()));
    }
    match place(build, stage, number, leaving) {
        Place::Nowhere => return Ok(Fate::Gone),
        Place::Refused(refusal) => return Err(refusal),
        Place::Usual => {}
    }
    if stage.steps[number].onbuild {
        return Err((&reasons::ONBUILD, "it runs in the builds of others".to_owned()));
    }
    if !stage.stage.ships {
        let message = "nothing ships the layers of this stage".to_owned();
        return Err((&reasons::STAGE_DOES_NOT_SHIP, message));
    }
    if !leftover.occurs_on(image) {
        let message =
            format!("where the {} lie is known only for other base images", leftover.name);
        return Err((&reasons::UNKNOWN_PLACE, message));
    }
    let Some(remedy) = proven(stage, leaving).or_else(|| leftover.remedy(leaving.verb, image))
    else {
        let message =
            format!("nothing is known to remove the {} on this base image", leftover.name);
        return Err((&reasons::NO_REMEDY, message));
    };
    if let Some(refusal) = user(build, stage, number, leaving, remedy) {
        return Err(refusal);
    }
    let avoided = matches!(remedy.action(), Action::Flag(_));
    if (is_shared(leftover.kind) || !avoided)
        && let Some(refusal) = later::needed((build, context), stage, number, leaving)
    {
        return Err(refusal);
    }
    if leftover.kind == Kind::Index && only_updates(build, step, leaving) {
        let message = "nothing is installed here, so the update itself can go".to_owned();
        return Err((&reasons::ONLY_UPDATES, message));
    }
    match remedy.action() {
        Action::Flag(text) => flag(build, leaving, remedy, text).map(Fate::Flag),
        Action::Command(command) => clean_up(build.dockerfile, leaving, command).map(Fate::Command),
    }
}

/// Whether the step fetches an index and does nothing with it.
fn only_updates(build: &Build<'_>, step: &BuildStep<'_>, leaving: &Leaving<'_, '_>) -> bool {
    let commands = step.content.commands();
    (0..commands.len()).all(|number| {
        let command = &commands[number];
        match command.package_call() {
            Some(call) if call.manager.name == leaving.manager.name => {
                ["update", "clean", "autoclean", "autoremove", "distclean"]
                    .iter()
                    .any(|verb| call.is(verb))
            }
            _ => {
                let readers = Readers::of(leaving.manager, leaving.leftover);
                matches!(used_by(build, step, commands, number, readers), Use::None)
            }
        }
    })
}

/// A flag that the author gives to another call of the same program in this stage: it works there.
fn proven(stage: &BuildStage<'_>, leaving: &Leaving<'_, '_>) -> Option<&'static Remedy> {
    let program = |command: &Command<'_>| command.program().map(|(_, word)| word.to_owned());
    let own = program(leaving.command);
    leaving.leftover.flags(leaving.verb).find(|remedy| {
        let Action::Flag(text) = remedy.action() else { return false };
        stage.steps.iter().flat_map(|step| step.content.commands()).any(|command| {
            command.manager.is_some_and(|manager| manager.name == leaving.manager.name)
                && command.words.iter().flatten().any(|word| word == text)
                && program(command) == own
        })
    })
}

/// Whether a word that is not known may be a flag, which `dist/*.whl` is not.
fn may_hold_flags(build: &Build<'_>, leaving: &Leaving<'_, '_>) -> bool {
    let command = leaving.command;
    (leaving.last_word..command.words.len()).any(|at| {
        command.words[at].is_none()
            && command.raw_word(build.dockerfile, at).starts_with(['$', '`', '*', '?', '['])
    })
}

fn flag(
    build: &Build<'_>,
    leaving: &Leaving<'_, '_>,
    remedy: &Remedy,
    text: &'static str,
) -> Result<Flag, Refusal> {
    let words = leaving.command.call.map_or(&[][..], |call| call.simple.words.as_slice());
    let Some(verb) = words.get(leaving.last_word) else {
        return Err((&reasons::UNKNOWN_WORDS, "the verb is not known".to_owned()));
    };
    let behind_variable = leaving.command.package_call().is_some_and(|call| call.behind_unknown);
    if (!leaving.certain && !behind_variable)
        || (may_hold_flags(build, leaving) && !remedy.repeatable)
    {
        let message = format!("a variable among the words may hold {text}, or another verb");
        return Err((&reasons::UNKNOWN_WORDS, message));
    }
    let call = leaving.command.package_call();
    let replaces = call.iter().flat_map(|call| {
        let exact = call.flag_words(&remedy.replaces).filter(|at| {
            leaving.command.words[*at]
                .as_deref()
                .is_some_and(|word| remedy.replaces.iter().any(|flag| flag == word))
        });
        exact.map(|at| words[at].span).collect::<Vec<_>>()
    });
    Ok(Flag { text, behind: verb.span, replaces: replaces.collect() })
}

impl Flag {
    /// Adds the flag to the edits.
    pub(super) fn write(
        &self,
        dockerfile: &Dockerfile<'_>,
        edits: &mut Edits,
    ) -> Result<(), Overlap> {
        let Some((first, others)) = self.replaces.split_first() else {
            return edits.insert(self.behind.end, format!(" {}", self.text));
        };
        edits.replace(*first, self.text)?;
        for other in others {
            let blank = dockerfile.source[..other.start].ends_with(' ');
            edits.delete(Span::new(other.start - usize::from(blank), other.end))?;
        }
        Ok(())
    }
}

fn clean_up(
    dockerfile: &Dockerfile<'_>,
    leaving: &Leaving<'_, '_>,
    command: &str,
) -> Result<CleanUp, Refusal> {
    let call = leaving.command.package_call().expect("a leaving was found by its call");
    let by_program = command.contains("{program}");
    let is_removal = command.starts_with("rm ");
    let mut prefix = String::new();
    for (range, wrapper) in &call.wrappers {
        let wanted = wrapper.other_user || (wrapper.environment && by_program);
        if wanted {
            for word in range.clone() {
                let text = raw(dockerfile, leaving.command, word);
                if !(wrapper.assignments && text.contains('=')) {
                    prefix.push_str(&text);
                    prefix.push(' ');
                }
            }
        }
    }
    if by_program && is_removal && !prefix.is_empty() {
        let message = "the program runs inside of another one".to_owned();
        return Err((&reasons::CONDITIONAL, message));
    }
    if call.behind_unknown {
        let before = raw(dockerfile, leaving.command, 0);
        let alone = call.wrappers.is_empty() && call.program.start == 1;
        match before.trim_start_matches(['`', ' ']).chars().next() {
            // The idiom `` `# note` ``: a comment in front of the program.
            Some('#') if alone => {}
            Some('$') if alone && !before.contains('(') => prefix = format!("{before} "),
            _ => {
                let message = "it is not known what stands in front of the program".to_owned();
                return Err((&reasons::UNKNOWN_WORDS, message));
            }
        }
    }
    let program: Vec<String> =
        call.program.clone().map(|word| raw(dockerfile, leaving.command, word)).collect();
    let command = command.replace("{program}", &program.join(" "));
    Ok(CleanUp { prefix, command, by_program })
}

/// A word as it stands, quotes included.
fn raw(dockerfile: &Dockerfile<'_>, command: &Command<'_>, at: usize) -> String {
    let word = command.call.and_then(|call| call.simple.words.get(at));
    word.map_or_else(String::new, |word| dockerfile.text(word.span).into_owned())
}

/// The commands as few lines: removals with the same prefix are one.
pub(super) fn joined(clean_ups: &[&CleanUp]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (number, clean_up) in clean_ups.iter().enumerate() {
        if clean_ups[..number].contains(clean_up) {
            continue;
        }
        let opening = format!("{}rm -rf ", clean_up.prefix);
        let whole = format!("{}{}", clean_up.prefix, clean_up.command);
        let paths = whole.strip_prefix(&opening).filter(|_| !clean_up.by_program);
        match (
            paths,
            lines.iter_mut().find(|line| line.starts_with(&opening) && !line.contains('$')),
        ) {
            (Some(paths), Some(line)) => {
                line.push(' ');
                line.push_str(paths);
            }
            _ => lines.push(whole),
        }
    }
    lines
}

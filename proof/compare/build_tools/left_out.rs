//! Tools that an install leaves out, for nothing builds with them.

use super::{Drop, Tool, listed, tool_named};
use crate::compare::Comparison;
use crate::compare::bases::Uses;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{Command, plain};

/// Packages that compilers bring, for dpkg-dev unpacks, patches and asks who signed.
const BROUGHT: &[&str] = &["bzip2", "gnupg", "patch", "perl", "xz-utils"];
/// What fetches files of which nobody knows what they do.
const FETCH: &[&str] = &["aria2c", "curl", "git", "hg", "svn", "wget"];

impl<'b, 't> Comparison<'b, 't> {
    /// Whether an install of apt or apk is another one without some tools, in words.
    pub(in crate::compare) fn leaves_tools_out(
        &self,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> Option<String> {
        let (program, tools) = fewer(one, two)?;
        let stages = self.after.stages.iter().enumerate();
        let mut above = stages.filter(|(number, _)| self.stands_on(*number, self.stage));
        let needed = above.any(|(_, stage)| {
            let Some(context) = self.context else { return true };
            let mut uses = Uses::of(stage).with_versions(stage, self.states);
            uses.follow(context);
            let mut odd = false;
            visit(&stage.steps, &mut |step| odd |= self.brings_unknown(step, program));
            odd || uses.compiler().is_some()
                || uses.unread
                || uses.unseen.is_some()
                || uses.installs.iter().any(|words| !self.pip_takes_wheels(self.stage, words))
                || uses.lacks_of(BROUGHT).is_some()
        });
        let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
        (!needed).then(|| format!("the install leaves {} out", names.join(", ")))
    }

    /// Keeps in mind that an install leaves tools out: what stands behind it may need them.
    pub(in crate::compare) fn tools_were_left_out(
        &mut self,
        step: &'b Step<'t>,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> bool {
        let Some((_, tools)) = fewer(one, two) else { return false };
        self.drops.push(Drop { stage: self.stage, step, tools });
        true
    }

    /// Whether a step brings what the build context does not show, removes packages or updates them.
    fn brings_unknown(&self, step: &Step<'_>, program: &str) -> bool {
        match &step.action {
            Action::Copy(copy) => {
                let other = copy
                    .from
                    .as_deref()
                    .map(|from| from.strip_prefix("stage ").and_then(|number| number.parse().ok()));
                copy.sources.iter().any(|one| one.contains("://"))
                    || other
                        .is_some_and(|other: Option<usize>| other.is_none_or(|it| self.fetches(it)))
            }
            Action::Call(call) => {
                let command = Command::of(&call.words);
                command.all().any(|one| {
                    let verbs: &[&str] = match one.program() {
                        "apt" | "apt-get" => {
                            &["install", "update", "clean", "autoclean", "reinstall"]
                        }
                        "apk" => &["add", "update", "cache"],
                        "apt-mark" | "aptitude" | "dpkg" | "deborphan" => &[],
                        name => return FETCH.contains(&name),
                    };
                    let words: Vec<&str> =
                        call.words.iter().filter_map(|word| plain(word)).collect();
                    program == "apk" && words.iter().any(|word| matches!(*word, "-t" | "--virtual"))
                        || !verbs.iter().any(|verb| words.contains(verb))
                })
            }
            Action::Opaque(..) | Action::Exec(..) | Action::Unread(_) => true,
            _ => false,
        }
    }

    /// Whether a stage, or one below it, fetches files, or does what is not understood.
    fn fetches(&self, stage: usize) -> bool {
        let mut number = Some(stage);
        let mut found = false;
        while let Some(stage) = number.and_then(|number| self.after.stages.get(number)) {
            visit(&stage.steps, &mut |step| {
                found |= match &step.action {
                    Action::Copy(copy) => copy.sources.iter().any(|one| one.contains("://")),
                    Action::Call(call) => {
                        let command = Command::of(&call.words);
                        command.all().any(|one| FETCH.contains(&one.program()))
                    }
                    Action::Opaque(..) | Action::Unread(_) => true,
                    _ => false,
                }
            });
            number = stage.parent;
        }
        found
    }
}

/// The manager of two installs and the tools that only the first one names, where all else is the same and something is left.
fn fewer(one: &Call<'_>, two: &Call<'_>) -> Option<(&'static str, Vec<&'static Tool>)> {
    let program = match &**one.words.first()? {
        "apk" => "apk",
        "apt" | "apt-get" => "apt",
        _ => return None,
    };
    let mut rest = two.words.iter().peekable();
    let mut tools = Vec::new();
    for (at, word) in one.words.iter().enumerate() {
        if rest.peek() == Some(&word) {
            rest.next();
            continue;
        }
        let behind_option = one.words[..at].last().is_none_or(|word| word.starts_with("-o"));
        let name = plain(word)?.split(['=', '~', '/', ':', '@', '<', '>']).next()?;
        tools.push(tool_named(program, name).filter(|_| !behind_option)?);
    }
    let left = listed(two, program);
    let known = left.iter().all(Option::is_some) && !left.is_empty();
    (rest.next().is_none() && !tools.is_empty() && known).then_some((program, tools))
}

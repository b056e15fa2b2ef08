//! Variables that ENV sets, in the words of steps.

use std::borrow::Cow;

use dockslim_syntax::{Dockerfile, Keyword};

use crate::facts::{BuildStage, BuildStep, Command, unquoted};

/// A path that a step names, with the values that ENV has set in front of it; `None` if another variable is in it, or one that is set twice.
pub(super) fn expanded<'w>(step: &BuildStep<'_>, path: &'w str) -> Option<Cow<'w, str>> {
    let once = |name: &str| {
        let set = step.state.settings.iter().filter(|setting| setting.name == name);
        set.count() == 1
            || !path.contains(&format!("${name}")) && !path.contains(&format!("${{{name}"))
    };
    let all = step.state.settings.iter().all(|setting| once(&setting.name));
    all.then(|| step.state.expanded(path)).flatten()
}

/// The words of a command of RUN, with such values in place of variables that its script does not set.
pub(super) fn words<'c>(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    command: &'c Command<'_>,
) -> Vec<Option<Cow<'c, str>>> {
    let text = dockerfile.text(step.instruction.span);
    let read = |(at, word): (usize, &'c Option<Cow<'_, str>>)| match word {
        Some(word) => Some(Cow::Borrowed(&**word)),
        None => {
            let raw = command.raw_word(dockerfile, at);
            let bare = raw.trim_matches('"');
            let own = step
                .state
                .settings
                .iter()
                .any(|setting| bare.contains(&*setting.name) && sets(&text, &setting.name));
            let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || "${}/-_.".contains(c));
            let value = expanded(step, bare).filter(|_| plain && !own)?;
            Some(Cow::Owned(value.into_owned()))
        }
    };
    command.words.iter().enumerate().map(read).collect()
}

/// The words that a variable stands for which is all of a word, such as `$JAVA_OPTS`, when the container starts; `None` if ENV does not
/// set it, or not to words that are known.
pub(super) fn stands_for(stage: &BuildStage<'_>, raw: &str) -> Option<Vec<String>> {
    let name = raw.trim_matches('"').strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    let last = stage.steps.last().filter(|step| step.instruction.kind != Keyword::Env)?;
    let setting = last.state.settings.iter().rev().find(|setting| setting.name == name)?;
    let value = setting.value.as_deref().filter(|_| !setting.is_argument).map(unquoted)?;
    match value.contains(['$', '\\', '`']) {
        true => None,
        false if raw.starts_with('"') => Some(vec![value]),
        false => Some(value.split_whitespace().map(str::to_owned).collect()),
    }
}

/// Whether a text may set a variable: it names it in another way than by reading it, by `for`, `read` or `${NAME:=value}`, say.
pub(super) fn sets(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        let reads = before.ends_with('$') || before.ends_with("${");
        whole && (!reads || after.starts_with('=') || after.starts_with(":="))
    })
}

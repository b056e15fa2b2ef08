//! A container that calls make for what its recipes start, and compiles nothing: it needs make, and what these call.
//!
//! Source: the manual of GNU make, "Rules", "Recipe Syntax", "How make Processes a Makefile".

use super::launch::base_name;
use super::subject::Subject;
use crate::facts::absolute;

/// The commands of the rules that make follows where the container starts it, in the folder that it starts in; `None` if it does not, or if
/// not all of them are plain.
pub(super) fn recipes(subject: &Subject<'_, '_>) -> Option<Vec<String>> {
    let calls = || subject.launch.commands.iter();
    let makes = |words: &&Vec<Option<String>>| {
        words.first().and_then(Option::as_deref).is_some_and(|word| base_name(word) == "make")
    };
    calls().find(makes)?;
    if !subject.image.starts_with("python") {
        return None;
    }
    let mut found = Vec::new();
    for words in calls().filter(makes) {
        let goals: Option<Vec<&str>> = words.iter().skip(1).map(Option::as_deref).collect();
        let goals = goals?;
        if goals.iter().any(|goal| !is_name(goal)) {
            return None;
        }
        let rules = Rules::of(subject)?;
        let first = rules.targets.first().map(|(name, ..)| *name);
        let goals = if goals.is_empty() { vec![first?] } else { goals };
        for goal in goals {
            rules.follow(goal, &mut Vec::new(), &mut found)?;
        }
    }
    // What installs, and what is named by its path, is asked for elsewhere by the words of the start alone.
    let odd = ["pip", "setup.py", "install", "/bin/", "/usr/"];
    let plain = |line: &String| !odd.iter().any(|sign| line.contains(sign));
    found.iter().all(plain).then_some(found)
}

/// Whether a word is the name of a target, and neither an option nor a variable.
fn is_name(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.chars().all(plain)
}

/// A Makefile without variables: its targets, what each of them needs, and the lines of its recipe.
struct Rules<'t> {
    targets: Vec<(&'t str, Vec<&'t str>, Vec<&'t str>)>,
}

impl<'t> Rules<'t> {
    /// The one Makefile of the folder that the container starts in.
    fn of(subject: &Subject<'t, '_>) -> Option<Self> {
        let context = subject.context?;
        let folder = subject.folder.as_deref()?;
        let names = ["GNUmakefile", "makefile", "Makefile"];
        let mut texts =
            names.iter().filter_map(|name| subject.source_text(&absolute(name, Some(folder))?));
        let text = texts.next().filter(|_| texts.next().is_none())?;
        // make would make it anew from such a file first.
        let written = |path: &str| base_name(path).to_ascii_lowercase().starts_with("makefile.");
        if context.entries().any(|(path, _)| written(path)) || text.contains(['$', '%', '\\', '`'])
        {
            return None;
        }
        let mut targets: Vec<(&str, Vec<&str>, Vec<&str>)> = Vec::new();
        for line in text.lines() {
            if let Some(recipe) = line.strip_prefix('\t') {
                targets.last_mut()?.2.push(recipe.trim_start_matches(['@', '-', '+', ' ']));
                continue;
            }
            let line = line.split('#').next().unwrap_or(line).trim_end();
            if line.is_empty() || line.starts_with(".PHONY:") {
                continue;
            }
            let (names, needs) = line.split_once(':')?;
            if !is_name(names) || needs.contains(['=', ':', ';', '|']) {
                return None;
            }
            targets.push((names, needs.split_whitespace().collect(), Vec::new()));
        }
        Some(Self { targets })
    }

    /// Adds the recipe of a target behind those of what it needs.
    fn follow(
        &self,
        goal: &'t str,
        above: &mut Vec<&'t str>,
        found: &mut Vec<String>,
    ) -> Option<()> {
        let mut own = self.targets.iter().filter(|(name, ..)| *name == goal);
        let (_, needs, recipe) = own.next().filter(|_| own.next().is_none())?;
        // Without a recipe make looks for one of its own.
        if above.contains(&goal) || recipe.is_empty() {
            return None;
        }
        above.push(goal);
        for need in needs {
            self.follow(need, above, found)?;
        }
        above.pop();
        // What calls make again, or builds, would have to be followed, too.
        let calls = |word: &str| matches!(base_name(word), "make" | "gmake");
        let again = recipe.iter().flat_map(|line| line.split_whitespace()).any(calls);
        found.extend(recipe.iter().map(|line| (*line).to_owned()));
        (!again).then_some(())
    }
}

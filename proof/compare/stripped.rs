//! Go programs that are linked without symbols.
//!
//! Sources: `go help build` (`-ldflags`, `-C`, `-buildmode`), `go help environment` (GOFLAGS), `go doc cmd/link` (`-s`, `-w`).

use super::Comparison;
use super::caches::manager;
use crate::program::{Action, Call, Text, visit};
use crate::shell::{Command, plain};

const FLAGS: &str = "-s -w";

/// Programs that read the symbols of a binary.
const SYMBOL_READERS: &[&str] =
    &["addr2line", "bpftrace", "dlv", "gdb", "lldb", "nm", "objdump", "perf", "readelf"];

impl<'t> Comparison<'_, 't> {
    /// Whether a call of the Go compiler is another one that links without symbols, in words.
    pub(super) fn strips(&self, one: &Call<'t>, two: &Call<'t>) -> Option<String> {
        let command = Command::of(&two.words);
        let skipped = two.words.len() - command.words.len();
        let (program, from) = manager(&command).filter(|(name, _)| name == "go")?;
        let verb = skipped + from;
        let word = plain(two.words.get(verb)?)?;
        if !matches!(word, "build" | "install") || self.builds_otherwise(two) {
            return None;
        }
        let same = if two.words.len() == one.words.len() + 1 {
            self.is_new(one, two, verb) && !self.has_flags_elsewhere(one)
        } else {
            is_extended(one, two, verb)
        };
        same.then(|| format!("`{program} {word}` links without symbols and debugging information"))
    }

    /// `-ldflags=-s -w` behind the verb, or behind `-C folder`, which has to be the first of all flags.
    fn is_new(&self, one: &Call<'t>, two: &Call<'t>, verb: usize) -> bool {
        let first = one.words.get(verb + 1).map_or("", |word| &**word);
        let first = first.strip_prefix('-').filter(|rest| rest.starts_with('-')).unwrap_or(first);
        let at = match first {
            "-C" => verb + 3,
            _ if first.starts_with("-C=") => verb + 2,
            _ => verb + 1,
        };
        let new = two.words.get(at).and_then(|word| plain(word));
        let flags = |word: &Text<'_>| word.trim_start_matches('-').starts_with("ldflags");
        new.and_then(|word| word.strip_prefix("-ldflags=")) == Some(FLAGS)
            && one.words.get(..at) == two.words.get(..at)
            && one.words.get(at..) == two.words.get(at + 1..)
            && !one.words.iter().any(flags)
    }

    /// What is no plain program, or is meant for those who look inside.
    fn builds_otherwise(&self, call: &Call<'t>) -> bool {
        let mode = |word: &Text<'_>| {
            word.contains("buildmode")
                && !["buildmode=pie", "buildmode=exe", "buildmode=default"]
                    .iter()
                    .any(|known| word.ends_with(known))
        };
        let mut reads = false;
        for stage in &self.after.stages {
            visit(&stage.steps, &mut |step| {
                let words: &[Text<'_>] = match &step.action {
                    Action::Call(other) => &other.words,
                    Action::Exec(words, _) => words,
                    _ => &[],
                };
                if !words.is_empty() {
                    let command = Command::of(words);
                    reads |= command.all().any(|one| SYMBOL_READERS.contains(&one.program()));
                }
            });
        }
        reads || call.words.iter().any(mode)
    }

    /// Whether GOFLAGS may hold linker flags, which those of the call would replace.
    fn has_flags_elsewhere(&self, call: &Call<'t>) -> bool {
        const NAME: &str = "GOFLAGS";
        let seen = self.states.seen(call.state);
        let harmless = |value: &str| {
            let text = value.trim_start_matches('=');
            !text.contains("ldflags")
                && !text.bytes().any(|byte| byte < b'\t')
                && !text.contains('$')
        };
        let known = [&seen.surroundings.environment, &seen.variables];
        let mut set = known.iter().filter_map(|all| all.get(NAME)).any(|value| !harmless(value));
        set |= call.assignments.iter().any(|word| word.starts_with(NAME));
        // `go env -w GOFLAGS=…`, or a file that sets it.
        let mut stage = Some(self.stage);
        while let Some(number) = stage {
            visit(&self.after.stages[number].steps, &mut |step| {
                if let Action::Call(other) = &step.action
                    && other.words.first().is_none_or(|word| word != "export")
                {
                    set |= other.words.iter().any(|word| word.contains(NAME));
                }
            });
            stage = self.after.stages[number].parent;
        }
        set
    }
}

/// `-s -w ` in front of a list that begins with a flag: a pattern may stand in front of it else.
fn is_extended(one: &Call<'_>, two: &Call<'_>, verb: usize) -> bool {
    let pairs = || one.words.iter().zip(&two.words);
    let Some(at) = pairs().position(|(one, two)| one != two) else { return false };
    let (old, new) = (&one.words[at], &two.words[at]);
    let flag = |word: &str| matches!(word, "-ldflags" | "--ldflags");
    let split = |word: &'_ Text<'_>| -> Option<(String, String)> {
        match word.split_once('=') {
            Some((name, list)) if flag(name) => Some((format!("{name}="), list.to_owned())),
            _ if at > 0 && flag(&one.words[at - 1]) => Some((String::new(), word.to_string())),
            _ => None,
        }
    };
    let (Some((name, list)), Some((other, extended))) = (split(old), split(new)) else {
        return false;
    };
    at > verb
        && one.words.len() == two.words.len()
        && pairs().filter(|(one, two)| one != two).count() == 1
        && name == other
        && list.starts_with('-')
        && extended.strip_prefix(FLAGS).and_then(|rest| rest.strip_prefix(' ')) == Some(&*list)
}

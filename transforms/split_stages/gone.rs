//! What steps take away again: a COPY of it would fail.
//!
//! What is taken away is told by patterns: absolute paths in which `*` and `?` stand for what a shell lets them stand for, and `**`
//! for any folders, where not more is known.

use super::effects::{Done, Effect};
use super::launch::{base_name, parent_of};
use super::lies::{Lies, output};
use super::subject::Subject;
use crate::facts::{absolute, is_within};

/// What has become of a path at the end of a stage; with the line that takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    Unclear(usize),
    Gone(usize),
}

/// What a word of `rm` names, seen from a folder; `None` where that may be anywhere.
pub(super) fn pattern(word: &str, folder: Option<&str>) -> Option<String> {
    let word = ["~", "$HOME", "${HOME}"]
        .iter()
        .find_map(|home| word.strip_prefix(home))
        .map_or(word.to_owned(), |rest| format!("/root{rest}"));
    // Where the first sign stands that is more than itself, and the folder in front of that.
    let known = word.split(['*', '?', '[', '{', '$', '`', '~']).next().unwrap_or_default();
    if known.len() == word.len() {
        return absolute(&word, folder);
    }
    let (above, names) = word.split_at(known.rfind('/').map_or(0, |at| at + 1));
    let above = absolute(if above.is_empty() { "." } else { above }, folder)?;
    if names.contains("..") || names.contains(['[', '{', '$', '`', '~']) {
        // What a variable begins may be anywhere.
        let anywhere = known.is_empty() && !word.starts_with(['*', '?', '[']);
        return (!anywhere).then(|| all_below(&above));
    }
    Some(format!("{}/{}", above.trim_end_matches('/'), names.trim_end_matches('/')))
}

/// What `find` deletes, told from its operands: all that has one of the names that it is told, below the folders that it looks through;
/// `None` where it may do more than that.
pub(super) fn of_find(words: &[&str], folder: Option<&str>) -> Option<Vec<String>> {
    let begins = |word: &&&str| word.starts_with(['-', '(', '!']);
    let start = words.iter().position(|word| begins(&word)).unwrap_or(words.len());
    let (folders, tests) = words.split_at(start);
    let calls = || tests.windows(2).filter(|two| two[0].starts_with("-exec") || two[0] == "-ok");
    let writes = words.iter().any(|word| word.starts_with("-fprint") || *word == "-fls");
    let deletes = tests.contains(&"-delete") || calls().next().is_some();
    let removes = calls().all(|call| call[0] == "-exec" && call[1] == "rm");
    if !deletes || !removes || writes || words.first().is_some_and(|word| OF_LINKS.contains(word)) {
        return None;
    }
    let named = tests.windows(2).filter(|two| two[0] == "-name");
    let names: Vec<&str> = named.map(|two| two[1]).collect();
    // Where each choice asks for a name and nothing is turned round, all else says less.
    let told = tests.split(|word| matches!(*word, "-o" | "-or")).all(|one| one.contains(&"-name"))
        && !tests.contains(&",")
        && !names.iter().any(|name| name.contains(['[', '\\']))
        && tests.iter().filter(begins).all(|word| NARROWS.contains(word));
    let folders = if folders.is_empty() { &["."] } else { folders };
    let mut gone = Vec::new();
    for path in folders {
        let path = absolute(path, folder)?;
        // What packages of the system left there is in the new base, too.
        if ["/etc", "/var/www"].iter().any(|own| is_within(&path, own)) {
            return None;
        }
        let all = all_below(&path);
        match told {
            true => gone.extend(names.iter().map(|name| format!("{all}/{name}"))),
            false => gone.push(all),
        }
    }
    Some(gone)
}

/// Words of `find` that only leave out more, those of its actions, and those of the `rm` that it calls.
const NARROWS: &[&str] = &[
    "(",
    "-a",
    "-and",
    "-delete",
    "-depth",
    "-empty",
    "-exec",
    "-f",
    "-fr",
    "-maxdepth",
    "-mindepth",
    "-mtime",
    "-name",
    "-o",
    "-or",
    "-print",
    "-r",
    "-rf",
    "-size",
    "-type",
    "-v",
    "-xdev",
];

/// Options of `find` that stand in front of its folders.
const OF_LINKS: &[&str] = &["-D", "-H", "-L", "-P"];

/// All that is below a folder, or may be.
fn all_below(folder: &str) -> String {
    format!("{}/**", folder.trim_end_matches('/'))
}

/// Whether what is removed surely takes a path away: itself, or a folder above it.
pub(super) fn takes(gone: &str, path: &str) -> bool {
    !gone.contains("**") && may_take(gone, path)
}

/// Whether what is removed may take a path away: itself, or a folder above it.
pub(super) fn may_take(gone: &str, path: &str) -> bool {
    let segments = |text: &'_ str| -> Vec<String> {
        text.split('/').filter(|one| !one.is_empty()).map(str::to_owned).collect()
    };
    // `find` looks at hidden files, too.
    fits_path(&segments(gone), &segments(path), gone.contains("**"))
}

/// Whether what is removed may be a path, above it or below.
pub(super) fn may_touch(gone: &str, path: &str) -> bool {
    let fixed = gone.split(['*', '?']).next().unwrap_or_default();
    let fixed = fixed.rsplit_once('/').map_or("", |(above, _)| above);
    let below = if gone.contains(['*', '?']) { fixed } else { gone };
    may_take(gone, path)
        || is_within(below, path)
        || (gone.contains("**") && is_within(path, fixed))
}

fn fits_path(gone: &[String], path: &[String], hidden: bool) -> bool {
    match gone {
        [] => true,
        [all] if all == "**" => !path.is_empty(),
        [all, rest @ ..] if all == "**" => {
            (0..=path.len()).any(|number| fits_path(rest, &path[number..], hidden))
        }
        [one, rest @ ..] => path.split_first().is_some_and(|(name, below)| {
            (hidden || !name.starts_with('.') || one.starts_with('.'))
                && fits(one.as_bytes(), name.as_bytes())
                && fits_path(rest, below, hidden)
        }),
    }
}

/// Whether a name is one of those that a pattern without folders stands for.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut here) = (0, 0);
    // Where the last star stands, and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while here < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(sign) if *sign == b'?' || *sign == name[here] => {
                at += 1;
                here += 1;
            }
            _ => {
                let Some((from, taken)) = star else { return false };
                star = Some((from, taken + 1));
                (at, here) = (from + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|sign| *sign == b'*')
}

/// What becomes of a path: whether a step takes it away, and no later one brings it back.
pub(super) fn fate(subject: &Subject<'_, '_>, path: &str) -> Fate {
    match subject.lies(path) {
        Lies::Gone(line) => Fate::Gone(line),
        Lies::Unclear(line) => Fate::Unclear(line),
        Lies::File | Lies::Folder | Lies::Link | Lies::Unknown => Fate::Stays,
    }
}

/// Whether a call of git may bring files back that were removed (git documentation, "git").
fn brings_back(done: &Done<'_, '_>) -> bool {
    const VERBS: &[&str] = &[
        "am",
        "apply",
        "checkout",
        "cherry-pick",
        "lfs",
        "merge",
        "pull",
        "rebase",
        "reset",
        "restore",
        "revert",
        "stash",
        "submodule",
        "switch",
        "worktree",
    ];
    done.command.words.iter().any(|word| word.as_deref().is_none_or(|word| VERBS.contains(&word)))
}

/// Whether a command may make a path anew, where its words do not tell what it makes.
pub(super) fn may_make(done: &Done<'_, '_>, path: &str) -> bool {
    const ONLY_CHANGE: &[&str] = &["ldconfig", "strip", "upx"];
    let words = || done.command.words.iter().flatten();
    let is = |verbs: &[&str]| words().any(|word| verbs.contains(&&**word));
    let below = |names: &[&str]| path.split('/').any(|name| names.contains(&name));
    match &done.effect {
        Effect::Builds => match done.command.program_name().unwrap_or_default() {
            _ if output(done).is_some() => false,
            name if ONLY_CHANGE.contains(&name) => false,
            "git" => brings_back(done),
            // A program, in the folder where it is called or in that of programs; other verbs but these write no file of a project (go help).
            "go" => {
                let alone = done.folder.as_deref() == Some(parent_of(path));
                let programs = below(&["bin"]) || alone && !base_name(path).contains('.');
                is(&["generate", "run", "tool"])
                    || is(&["build", "install"]) && programs
                    || is(&["vendor"]) && below(&["vendor"])
                    || is(&["mod", "get", "work"]) && base_name(path).starts_with("go.")
            }
            // They write below their own folders (Cargo, "Build Cache"; Maven, "Standard Directory Layout").
            "cargo" => below(&["target", "bin", "vendor"]) || base_name(path) == "Cargo.lock",
            "mvn" => below(&["target"]),
            _ => true,
        },
        Effect::Packages(_) | Effect::Unknown(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        let of = |word: &str| pattern(word, Some("/app")).unwrap();
        assert!(takes(&of("*.bin"), "/app/scan.bin"));
        assert!(takes(&of("scan*"), "/app/scan.bin"));
        assert!(takes(&of("out"), "/app/out/scan"));
        assert!(takes(&of("*"), "/app/out/scan"));
        assert!(!takes(&of("*.bin"), "/app/.scan.bin"));
        assert!(!takes(&of("*.bin"), "/app/out/scan.bin"));
        assert!(!takes(&of("s?n.bin"), "/app/scan.bin"));
        assert!(!takes(&of("sc[ao]n.bin"), "/app/scan.bin"));
        assert!(may_take(&of("sc[ao]n.bin"), "/app/scan.bin"));
        assert!(may_take(&of("s{can,top}"), "/app/scan"));
        assert_eq!(pattern("{scan,stop}", Some("/app")), None);
        assert!(may_touch(&of("out/*.map"), "/app/out"));
        assert!(!may_touch(&of("out/*.map"), "/app/bin"));
    }

    #[test]
    fn what_find_deletes() {
        let of = |text: &str| {
            of_find(&text.split(' ').collect::<Vec<_>>(), Some("/app")).map(|gone| gone.join(" "))
        };
        let is = |text: &str, gone: &str| assert_eq!(of(text).as_deref(), Some(gone), "{text}");
        is(". -name *.pyc -delete", "/app/**/*.pyc");
        is("/opt lib -type d -name tests -exec rm -rf {} +", "/opt/**/tests /app/lib/**/tests");
        is("( -name a -o -name b ) -delete", "/app/**/a /app/**/b");
        is(". ! -name a -delete", "/app/**");
        is(". -name a -o -type f -delete", "/app/**");
        is(". -type f -newer x -delete", "/app/**");
        for text in [". -name a", ". -exec touch {} ;", "-L /opt -name a -delete", "/etc -delete"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn below_any_folder() {
        assert!(may_take("/app/**/*.pyc", "/app/a/b.pyc"));
        assert!(may_take("/app/**/*.pyc", "/app/b.pyc"));
        assert!(may_take("/app/**/__pycache__", "/app/a/__pycache__/x"));
        assert!(!may_take("/app/**/*.pyc", "/app/b.py"));
        assert!(!takes("/app/**/*.pyc", "/app/b.pyc"));
        assert!(!may_take("/app/**", "/app"));
    }
}

//! Whether what is copied from the build is there at its end: a command in front of that may have taken it away, or moved it.

use dockslim_contract::{BuildContext, ContextKind};

use super::runtime::{Place, Runtime};
use super::tree::Kind;
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{ACTIVE, CLOSE, Command, OPEN, OPEN_QUOTED};

/// What a call may take away: a path in which each sign of a pattern, and each variable, stands for anything but a slash, or all below
/// a folder.
enum Taken {
    Named(String),
    Below(String),
}

/// Any number of signs of a name; nobody uses this one.
const ANY: char = '\u{e000}';

/// Whether git may write files of its history again; what only looks does not (git documentation, "git").
pub(super) fn restores(call: &Call<'_>) -> bool {
    const LOOK: &[&str] = &[
        "branch",
        "clean",
        "config",
        "describe",
        "diff",
        "fetch",
        "log",
        "ls-files",
        "remote",
        "rev-parse",
        "show",
        "status",
        "tag",
    ];
    let command = Command::of(&call.words);
    command.is("git") && !call.words.get(1).is_some_and(|verb| LOOK.contains(&&**verb))
}

impl Runtime<'_, '_> {
    /// What is copied has not been taken away, as far as the steps show.
    pub(super) fn remains(&self, places: &[Place]) -> Result<(), String> {
        for place in places.iter().filter(|place| !place.source.is_empty()) {
            let mut lost = None;
            visit(&self.old.steps, &mut |step| match &step.action {
                Action::Copy(_) if self.returns(step, &place.source) => lost = None,
                Action::Call(call) => {
                    if self.taken(call).iter().any(|taken| reaches(taken, &place.source)) {
                        lost = Some(describe(step));
                    }
                    // What rules of make write is nothing that they surely write.
                    let sure = !Command::of(&call.words).is("make")
                        || call.words.iter().any(|word| *word == place.source);
                    if lost.is_some() && sure && self.remakes(call, &place.source) {
                        lost = None;
                    }
                }
                _ => {}
            });
            if let Some(step) = lost {
                return Err(format!("`{}` may be gone behind {step}", place.source));
            }
        }
        Ok(())
    }

    /// Whether a step surely takes a path away, by its own name or that of a folder above it, and nothing may bring it back.
    pub(super) fn is_gone(&self, path: &str) -> bool {
        self.tree().kind(path) == Some(Kind::Absent)
    }

    /// Whether a COPY surely brings a path, or something below it.
    fn returns(&self, step: &Step<'_>, path: &str) -> bool {
        let Action::Copy(copy) = &step.action else { return false };
        if copy.from.is_some() {
            return copy.destination.trim_end_matches('/') == path;
        }
        let Some((context, whole)) = self.context.zip(self.whole(step)) else { return false };
        whole.brings().iter().any(|brought| {
            let target = brought.target.trim_end_matches('/');
            if target == path || target.starts_with(&format!("{path}/")) {
                return true;
            }
            let Some(rest) = path.strip_prefix(target).and_then(|rest| rest.strip_prefix('/'))
            else {
                return false;
            };
            let source = brought.source.trim_matches('/');
            let inside =
                if source.is_empty() { rest.to_owned() } else { format!("{source}/{rest}") };
            brought.folder && context.exists(&inside)
        })
    }

    fn taken(&self, call: &Call<'_>) -> Vec<Taken> {
        let command = Command::of(&call.words);
        let words: Vec<String> = call
            .words
            .iter()
            .skip(call.words.len() - command.words.len() + 1)
            .map(|word| word.to_string())
            .collect();
        let folder = || self.folder(&self.states.seen(call.state).directory);
        let named: Vec<&String> = match command.program() {
            "rm" | "rmdir" | "unlink" => words.iter().collect(),
            "mv" => words.iter().rev().skip(1).collect(),
            "find" if words.iter().any(|word| word == "-delete" || word.contains("exec")) => {
                return self.deleted(&words, folder().as_deref());
            }
            "git" if words.iter().any(|word| word == "clean") => {
                return folder().map(Taken::Below).into_iter().collect();
            }
            _ => return Vec::new(),
        };
        let options = |word: &&&String| word.starts_with('-');
        let here = folder();
        let mut found = Vec::new();
        for word in named.iter().filter(|word| !options(word)) {
            found.extend(expanded(word, here.as_deref()));
        }
        found
    }

    /// What `find` deletes: what has one of its names, where it is asked for nothing but names and kinds, or all.
    fn deleted(&self, words: &[String], here: Option<&str>) -> Vec<Taken> {
        let tests = words.iter().position(|word| word.starts_with(['-', '(', '!']));
        let (folders, tests) = words.split_at(tests.unwrap_or(words.len()));
        let mut names = Vec::new();
        let mut other = folders.is_empty() && words.first().is_some_and(|word| word.len() == 2);
        let mut alternatives = 1;
        let mut rest = tests.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-name" => names.extend(rest.next()),
                "-type" | "-maxdepth" | "-mindepth" | "-size" | "-mtime" => _ = rest.next(),
                "-o" | "-or" => alternatives += 1,
                "-exec" | "-delete" | "-depth" | "-a" | "-and" | "-print" | "-empty" | "-xdev"
                | "(" | ")" | "{}" | ";" | "+" | "rm" | "-rf" | "-fr" | "-f" | "-r" | "-v" => {}
                _ => other = true,
            }
        }
        // Each choice has to ask for a name; two names in one ask for less.
        other |= names.len() < alternatives || tests_without_name(tests);
        let start = ".".to_owned();
        let folders = if folders.is_empty() { std::slice::from_ref(&start) } else { folders };
        let mut found = Vec::new();
        for folder in folders {
            let path = place(folder, here);
            if other {
                found.push(Taken::Below(path));
                continue;
            }
            for name in &names {
                let name: String =
                    name.chars().map(|c| if c == '*' || c == '?' { ANY } else { c }).collect();
                found.push(Taken::Named(format!("{}//{name}", path.trim_end_matches('/'))));
            }
        }
        found
    }

    /// Whether a call may make a path that was taken away.
    pub(super) fn remakes(&self, call: &Call<'_>, path: &str) -> bool {
        const MAKERS: &[&str] = &[
            "bun", "bundle", "cargo", "cmake", "composer", "dotnet", "gem", "go", "gradle",
            "gradlew", "jlink", "make", "mvn", "mvnw", "nest", "ninja", "npm", "npx", "pip",
            "pip3", "pnpm", "poetry", "python", "python3", "tsc", "uv", "yarn",
        ];
        let command = Command::of(&call.words);
        let program = command.program().rsplit('/').next().unwrap_or_default();
        if matches!(program, "rm" | "rmdir" | "unlink" | "find" | "strip" | "chmod" | "chown") {
            return false;
        }
        let named = || {
            call.words.iter().skip(1).any(|word| {
                self.path(word, call)
                    .is_some_and(|named| named == path || named.starts_with(&format!("{path}/")))
            })
        };
        // A program in the folder where it is called, or in that of programs; other verbs write no file of a project (go help).
        if program == "go" {
            let has = |verbs: &[&str]| command.has(verbs);
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let here = self.folder(&self.states.seen(call.state).directory);
            let own = here.as_deref() == Some(above) && !name.contains('.')
                || path.split('/').any(|part| part == "bin");
            return has(&["generate", "run", "tool"])
                || has(&["build", "install"]) && own
                || has(&["vendor"]) && path.split('/').any(|part| part == "vendor")
                || has(&["mod", "get", "work"]) && name.starts_with("go.")
                || named();
        }
        // Cargo and Maven write below their own folders ("Build Cache"; "Standard Directory Layout").
        if program == "cargo" || program == "mvn" {
            let own = ["target", "bin", "vendor", "Cargo.lock"];
            return path.split('/').any(|part| own.contains(&part)) || named();
        }
        // Its rules name what they write, or they are told by another name.
        if program == "make" {
            let name = path.rsplit('/').next().unwrap_or(path);
            let stem = |name: &str| name.split_once('.').map_or(name, |(stem, _)| stem).to_owned();
            let says = |context: &BuildContext| {
                let wholes = self.old.steps.iter().filter_map(|step| self.whole(step));
                let brought: Vec<String> = wholes
                    .flat_map(|whole| {
                        whole.brings().iter().map(|one| one.source.clone()).collect::<Vec<_>>()
                    })
                    .collect();
                context.entries().any(|(other, entry)| {
                    let file = other.rsplit('/').next().unwrap_or(other);
                    entry.kind == ContextKind::File
                        && !file.starts_with("Dockerfile")
                        && brought
                            .iter()
                            .any(|source| source.is_empty() || is_within(other, source))
                        && (file != name && stem(file) == stem(name)
                            || context.text(other).is_some_and(|text| text.contains(name)))
                })
            };
            return self.context.is_none_or(says) || named();
        }
        // The last word of mv is where something goes to, all others are where it was.
        match program {
            "mv" | "cp" | "ln" | "install" => call.words.last().is_some_and(|word| {
                self.path(word, call).is_some_and(|target| {
                    target == path
                        || path.rsplit_once('/').is_some_and(|(above, _)| above == target)
                })
            }),
            _ => MAKERS.contains(&program) || named(),
        }
    }
}

/// Whether one choice of `find` asks for no name.
fn tests_without_name(tests: &[String]) -> bool {
    tests
        .split(|word| word == "-o" || word == "-or")
        .any(|choice| !choice.iter().any(|word| word == "-name"))
}

/// What a word of a shell may stand for.
fn expanded(word: &str, here: Option<&str>) -> Option<Taken> {
    let (mut text, mut unread, mut active) = (String::new(), false, false);
    let homes = [OPEN, OPEN_QUOTED].map(|open| format!("{open}HOME{CLOSE}"));
    let [home, quoted] = &homes;
    let tilde = format!("{ACTIVE}~");
    let below = [home, quoted, &tilde].into_iter().find_map(|home| word.strip_prefix(&**home));
    let word = below.map_or(word.to_owned(), |rest| format!("/root{rest}"));
    for sign in word.chars() {
        match sign {
            ACTIVE => active = true,
            // A variable, or what a command says, begins with a mark of its own and may hold folders.
            sign if sign < '\t' => unread = true,
            _ if unread => {}
            sign if active => {
                active = false;
                text.push(ANY);
                // Of a class, a brace or a tilde nothing behind it is read.
                unread = !matches!(sign, '*' | '?');
            }
            sign => text.push(sign),
        }
    }
    let (above, _) = text.rsplit_once('/').unwrap_or((".", ""));
    if unread {
        // Where a variable stands first, it may be any folder; RubyGems names its own.
        let gems = word.contains("gem env gemdir") && word.contains("/cache/");
        let above = if text.is_empty() { "/" } else { above };
        return (!gems).then(|| Taken::Below(place(above, here)));
    }
    Some(Taken::Named(place(&text, here)))
}

/// A path seen from a folder, with its dots worked out by their names.
fn place(text: &str, here: Option<&str>) -> String {
    let whole = if text.starts_with('/') {
        text.to_owned()
    } else {
        format!("{}/{text}", here.unwrap_or(""))
    };
    let mut names: Vec<&str> = Vec::new();
    for name in whole.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// Whether what is taken may be a path, or a folder above it.
fn reaches(taken: &Taken, path: &str) -> bool {
    match taken {
        Taken::Below(folder) => path.starts_with(&format!("{}/", folder.trim_end_matches('/'))),
        Taken::Named(pattern) => match pattern.split_once("//") {
            Some((folder, name)) => path
                .strip_prefix(folder)
                .filter(|rest| rest.starts_with('/'))
                .is_some_and(|rest| rest.split('/').any(|part| is_like(name, part))),
            None => {
                let (mut wanted, mut names) = (pattern.split('/'), path.split('/'));
                // Shells leave hidden files alone, and `find` does not.
                wanted.all(|wanted| {
                    names.next().is_some_and(|name| {
                        is_like(wanted, name) && !(wanted.starts_with(ANY) && name.starts_with('.'))
                    })
                })
            }
        },
    }
}

/// Whether a name begins and ends as a pattern says, with its other parts in between and in order.
fn is_like(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split(ANY);
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(end) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_reach_names() {
        let reached = |word: &str, path: &str| {
            let marked = word.replace('*', "\u{1}*").replace('[', "\u{1}[");
            expanded(&marked, Some("/app")).is_some_and(|taken| reaches(&taken, path))
        };
        assert!(reached("*.bin", "/app/scan.bin"));
        assert!(reached("scan*", "/app/scan.bin"));
        assert!(reached("/a*", "/app/scan.bin"));
        assert!(reached("s[ac]an.bin", "/app/scan.bin"));
        assert!(!reached("*.o", "/app/scan.bin"));
        assert!(!reached("out/*", "/app/scan.bin"));
        assert!(!reached("scan", "/app/scan.bin"));
        assert!(!reached("*", "/app/.scan"));
        assert!(reaches(&Taken::Named(format!("/app//{ANY}.so")), "/app/a/b.so/c"));
        assert!(!reaches(&Taken::Named(format!("/app//{ANY}.so")), "/app/a/b.so.1"));
    }
}

//! Shell scripts of a project that start its container, and programs that run several scripts of package.json.

use super::users::{Asked, DEPTH, Words};
use crate::facts::handed;

/// Words of a shell that a command may stand behind.
const KEYWORDS: [&str; 10] =
    ["!", "do", "elif", "else", "if", "then", "trap", "until", "while", "{"];
/// Words that begin no command (POSIX, "Shell Command Language").
const NO_COMMANDS: [&str; 12] = [
    "break", "case", "continue", "done", "esac", "fi", "for", "local", "read", "return", "shift",
    "}",
];
/// Programs by which packages of Node are started, or whose names are those of packages.
const OF_NODE: [&str; 13] = [
    "bunx", "gulp", "grunt", "ng", "node", "nodejs", "npm", "npx", "pnpm", "pnpx", "tsc",
    "webpack", "yarn",
];

impl Asked<'_, '_> {
    /// A script of the project, by the end of its path: whatever it calls, packages of Node are called by a name that is known.
    pub(super) fn file(&self, path: &str) -> Result<(), String> {
        let unknown = || Err(format!("what `{path}` does is not known"));
        let Some((source, text)) = self.named_so(path) else { return unknown() };
        let first = text.lines().next().unwrap_or_default();
        if !(first.starts_with("#!") && first.ends_with("sh")) || self.depth > DEPTH {
            return unknown();
        }
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let code = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
        let inner = Self { depth: self.depth + 1, here: false, ..*self };
        inner.code(&code).map_err(|why| format!("in `{source}`, {why}"))
    }

    /// What stands behind a script: words of a command in it, or a command that it ends with.
    pub(super) fn handed_on(&self, path: &str, words: &[Option<String>]) -> Result<(), String> {
        // It may have gone to another folder.
        let inner = Self { here: false, ..*self };
        let known: Option<Vec<String>> = words.iter().cloned().collect();
        let text = self.named_so(path).map(|(_, text)| text);
        if let Some(commands) = text.zip(known).and_then(|(text, known)| handed(text, &known)) {
            let words = |words: Vec<String>| words.into_iter().map(Some).collect();
            return commands.into_iter().try_for_each(|one| inner.command(&words(one.words)));
        }
        match words.first() {
            Some(Some(option)) if option.starts_with('-') => {
                Err(format!("what becomes of `{option}` is not known"))
            }
            _ => inner.command(&words.to_vec()),
        }
    }

    /// The one file of the project with the name at the end of a path, and its text.
    fn named_so(&self, path: &str) -> Option<(&str, &str)> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let context = self.project.context;
        let mut found = context.entries().filter(|(path, _)| path.rsplit('/').next() == Some(name));
        let (Some((source, _)), None) = (found.next(), found.next()) else { return None };
        Some((source, context.text(source).unwrap_or_default()))
    }

    /// The text of a shell script, command by command.
    fn code(&self, code: &str) -> Result<(), String> {
        if code.contains(".bin") {
            return Err("programs of packages are called by their paths".to_owned());
        }
        if code.contains("NODE_OPTIONS") {
            return Err("NODE_OPTIONS may load development dependencies".to_owned());
        }
        // What stands behind the script is asked where it is called.
        let code = ["\"$@\"", "\"${@}\"", "$@", "$*"]
            .iter()
            .fold(code.to_owned(), |code, all| code.replace(all, ""));
        code.split(['&', '|', ';', '\n', '(', ')']).try_for_each(|text| self.line(text))
    }

    /// A command of a script, as it is written.
    fn line(&self, text: &str) -> Result<(), String> {
        let words = text.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let before = |word: &&&str| KEYWORDS.contains(*word) || is_assignment(word);
        words.drain(..words.iter().take_while(before).count());
        let Some(first) = words.first() else { return Ok(()) };
        let variable = first.starts_with(['$', '`'])
            || matches!(*first, "." | "eval" | "source")
            || *first == "export" && words.get(1).is_some_and(|word| word.starts_with('$'));
        if variable {
            return Err(format!("what `{}` does is not known", text.trim()));
        }
        if let Some(script) = words
            .iter()
            .find(|word| word.ends_with(".sh") || word.starts_with("./") && *word == first)
        {
            self.file(script)?;
        }
        let known = |word: &&str| (!word.contains(['$', '`', '*'])).then(|| (*word).to_owned());
        let called =
            |from: usize| self.command(&words[from..].iter().map(known).collect::<Words>());
        let of_node = |word: &&str| {
            word.rsplit(['/', '=']).next().is_some_and(|name| OF_NODE.contains(&name))
                || self.project.is_lost(word)
        };
        if self.by_manager && !NO_COMMANDS.contains(first) {
            called(0)?;
        }
        words.iter().position(of_node).map_or(Ok(()), called)
    }
}

impl Asked<'_, '_> {
    /// Scripts that npm-run-all starts by their names, or by the beginning of their names (its documentation, "npm-run-all command").
    pub(super) fn by_names(&self, program: &str, words: &[Option<String>]) -> Result<(), String> {
        const OPTIONS: [&str; 16] = [
            "-c",
            "--continue-on-error",
            "-l",
            "--print-label",
            "-n",
            "--print-name",
            "-p",
            "--parallel",
            "-r",
            "--race",
            "-s",
            "--sequential",
            "--serial",
            "--silent",
            "--aggregate-output",
            "-pl",
        ];
        words.iter().try_for_each(|word| match word.as_deref() {
            Some(word) if OPTIONS.contains(&word) => Ok(()),
            Some(word) if !word.starts_with('-') && !word.contains(['{', '!', '(']) => {
                self.matching(word)
            }
            _ => Err(format!("what `{program}` starts is not known")),
        })
    }

    /// Commands that concurrently starts (its documentation, "CLI"): scripts by their names, and files that Node runs.
    pub(super) fn at_once(&self, words: &[Option<String>]) -> Result<(), String> {
        const ALONE: [&str; 9] = [
            "-k",
            "--kill-others",
            "--kill-others-on-fail",
            "-r",
            "--raw",
            "-g",
            "--group",
            "--no-color",
            "--hide",
        ];
        const WITH_VALUE: [&str; 9] = [
            "-c",
            "--prefix-colors",
            "-n",
            "--names",
            "-p",
            "--prefix",
            "-s",
            "--success",
            "--restart-tries",
        ];
        let known: Option<Vec<&str>> = words.iter().map(|word| word.as_deref()).collect();
        let unknown = || Err("what `concurrently` starts is not known".to_owned());
        let Some(known) = known else { return unknown() };
        let mut rest = known.as_slice();
        loop {
            rest = match rest {
                [] => return Ok(()),
                [option, rest @ ..] if ALONE.contains(option) => rest,
                [option, _, rest @ ..] if WITH_VALUE.contains(option) => rest,
                [manager @ ("npm" | "yarn" | "pnpm"), "run", name, rest @ ..] => {
                    self.named(manager, name)?;
                    rest
                }
                ["node", file, rest @ ..] if file.ends_with("js") && !file.starts_with('-') => rest,
                [word, rest @ ..] => {
                    let name =
                        ["npm:", "yarn:", "pnpm:"].iter().find_map(|it| word.strip_prefix(it));
                    match name.filter(|name| !name.contains(['(', '!'])) {
                        Some(name) => self.matching(name)?,
                        None => return unknown(),
                    }
                    rest
                }
            };
        }
    }

    /// All scripts whose names begin with what stands in front of the first sign of a pattern.
    fn matching(&self, name: &str) -> Result<(), String> {
        let Some((front, _)) = name.split_once(['*', '?', '[']) else {
            return self.named("npm-run-all", name);
        };
        let scripts = self.project.all_scripts();
        let mut names = scripts.iter().map(|(name, _)| name).filter(|name| name.starts_with(front));
        names.try_for_each(|name| self.named("npm-run-all", name))
    }
}

/// Whether a word sets a variable.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

//! Shell scripts of a project that start its container.

use super::users::{Asked, DEPTH, Words};

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
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut found = self
            .project
            .context
            .entries()
            .filter(|(path, _)| path.rsplit('/').next() == Some(name));
        let (Some((source, _)), None) = (found.next(), found.next()) else { return unknown() };
        let text = self.project.context.text(source).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        if !(first.starts_with("#!") && first.ends_with("sh")) || self.depth > DEPTH {
            return unknown();
        }
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let code = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
        let inner = Self { depth: self.depth + 1, ..*self };
        inner.code(&code).map_err(|why| format!("in `{source}`, {why}"))
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

/// Whether a word sets a variable.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

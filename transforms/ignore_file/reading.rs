//! Who may read a file of the context: the steps of a build, and the sources themselves.

use dockslim_contract::{BuildContext, ContextKind, DeclineReason, IgnoreRules};
use dockslim_syntax::{Arguments, CommandForm, Dockerfile, Instruction, Keyword};

use super::reasons;
use crate::facts::{calls, words_text, wrapped_program};
use crate::knowledge::{IgnoredFile, program_names};

/// Files of the context that tell which tools a project uses. Package managers' own lists are not among
/// them: they name what others depend on.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "Gemfile",
    "composer.json",
    "go.mod",
    "Cargo.toml",
    "build.rs",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "Directory.Build.props",
    "Directory.Packages.props",
    "version.json",
    "Rakefile",
    ".releaserc",
    ".goreleaser.yml",
];

/// Endings of others.
const MANIFEST_ENDINGS: &[&str] = &[".csproj", ".fsproj", ".gemspec"];

/// More files than this are not asked.
const MOST_TEXTS: usize = 500;

/// What steps and sources say.
pub(super) struct Readers<'t> {
    /// The words of every command that a RUN, CMD, ENTRYPOINT or HEALTHCHECK calls, with its place.
    commands: Vec<(String, Vec<Option<String>>)>,
    /// What stands in those instructions, and in ENV, with its place.
    steps: Vec<(String, String)>,
    /// Manifests and scripts with their texts.
    texts: Vec<(&'t str, &'t str)>,
}

impl<'t> Readers<'t> {
    pub(super) fn of(context: &'t BuildContext, dockerfiles: &[(&str, &Dockerfile<'_>)]) -> Self {
        let mut readers = Readers { commands: Vec::new(), steps: Vec::new(), texts: Vec::new() };
        for (name, dockerfile) in dockerfiles {
            for (_, instruction) in dockerfile.instructions() {
                let place = format!("{name}:{}", dockerfile.line(instruction.span.start));
                readers.step(&place, dockerfile, instruction.innermost());
            }
        }
        let is_asked = |path: &str| readers.asks(path);
        let files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
        let asked = files.map(|(path, _)| path).filter(|path| is_asked(path)).take(MOST_TEXTS);
        readers.texts =
            asked.filter_map(|path| context.text(path).map(|text| (path, text))).collect();
        readers
    }

    fn step(&mut self, place: &str, dockerfile: &Dockerfile<'_>, instruction: &Instruction) {
        let form = match (&instruction.kind, &instruction.arguments) {
            (Keyword::Env | Keyword::Workdir, _) => None,
            (Keyword::Run | Keyword::Cmd | Keyword::Entrypoint, Arguments::Command(form))
            | (Keyword::Healthcheck, Arguments::Healthcheck(Some(form))) => Some(form),
            _ => return,
        };
        let mut text = dockerfile.text(instruction.arguments_span).into_owned();
        for heredoc in &instruction.heredocs {
            text.push('\n');
            text.push_str(dockerfile.raw(heredoc.body));
        }
        self.steps.push((place.to_owned(), text));
        match form {
            Some(CommandForm::Exec(strings)) => {
                let words = strings.iter().map(|string| Some(string.value.clone())).collect();
                self.commands.push((place.to_owned(), words));
            }
            Some(CommandForm::Shell(script)) => {
                let Ok(list) = &script.body else { return };
                for call in calls(list) {
                    let words = words_text(dockerfile, call.simple).into_iter();
                    let words: Vec<Option<String>> =
                        words.map(|word| word.map(std::borrow::Cow::into_owned)).collect();
                    self.commands.push((place.to_owned(), words));
                }
            }
            None => {}
        }
    }

    /// Whether a file of the context has a say: a manifest, or a script that a step names.
    fn asks(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let elsewhere = ["node_modules", "vendor", "target", ".git", "site-packages"];
        if path.split('/').any(|part| elsewhere.contains(&part)) {
            return false;
        }
        let is_manifest = MANIFESTS.contains(&name)
            || MANIFEST_ENDINGS.iter().any(|ending| name.ends_with(ending))
            || (name.starts_with("requirements") && name.ends_with(".txt"));
        let is_makefile = matches!(name, "Makefile" | "makefile" | "GNUmakefile");
        let named = |wanted: &str| {
            self.steps.iter().any(|(_, text)| parts(text).any(|part| part == wanted))
        };
        is_manifest
            || (is_makefile && named("make"))
            || (!name.contains('.') || name.ends_with(".sh")) && named(name)
    }

    /// What speaks against hiding what a row hides.
    pub(super) fn objection(
        &self,
        row: &IgnoredFile,
        rules: &IgnoreRules,
    ) -> Option<(&'static DeclineReason, String)> {
        if let Some((place, call)) = self.caller(&row.read_by) {
            let message = format!("`{call}` in {place} may read it");
            return Some((&reasons::READ_BY_A_STEP, message));
        }
        let told = self.texts.iter().find_map(|(path, text)| {
            let word = row.words.iter().find(|word| has_word(text, word))?;
            Some((path, word))
        });
        if let Some((path, word)) = told {
            let message = format!("`{word}` in {path} tells that it may be read");
            return Some((&reasons::READ_BY_THE_SOURCES, message));
        }
        if self.caller(&row.made_by).is_some() {
            return None;
        }
        if !row.made_by.is_empty() {
            let message = "no RUN makes it anew".to_owned();
            return Some((&reasons::NOTHING_MAKES_IT, message));
        }
        let mut steps = self.steps.iter();
        let (place, _) = steps.find(|(_, text)| parts(text).any(|part| rules.hides(part)))?;
        Some((&reasons::READ_BY_A_STEP, format!("{place} names it")))
    }

    /// The first command that is one of these calls.
    fn caller<'c>(&self, wanted: &'c [String]) -> Option<(&str, &'c str)> {
        self.commands.iter().find_map(|(place, words)| {
            let call = wanted.iter().find(|call| is_call(words, call))?;
            Some((place.as_str(), call.as_str()))
        })
    }
}

/// Whether a command is a call such as `npm ci`, `mvn *` or `yarn`, behind whatever wrappers.
fn is_call(words: &[Option<String>], call: &str) -> bool {
    let words = &words[wrapped_program(words)..];
    let Some(Some(program)) = words.first() else { return false };
    let mut wanted = call.split(' ');
    let name = wanted.next().unwrap_or_default();
    if !program_names(program).any(|known| known == name) {
        return false;
    }
    let wanted: Vec<&str> = wanted.collect();
    if wanted == ["*"] {
        return true;
    }
    // `python -m venv`: an option counts where the call is told by one.
    let with_options = wanted.iter().any(|word| word.starts_with('-'));
    let operands = words[1..].iter().filter(|word| match word {
        Some(word) => with_options || !word.starts_with('-'),
        None => true,
    });
    let operands: Vec<&str> = operands.map(|word| word.as_deref().unwrap_or("$")).collect();
    if wanted.is_empty() {
        return operands.is_empty();
    }
    operands.starts_with(&wanted)
}

/// The names in a text: what stands between blanks, slashes and other signs.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_sign = |c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '+' | '@');
    text.split(is_sign).filter(|part| !part.is_empty())
}

/// Whether `word` stands in `text`, and not only as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (first, last) = (word.chars().next(), word.chars().next_back());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        let longer =
            (is_letter(first) && is_letter(before)) || (is_letter(last) && is_letter(behind));
        !longer
    })
}

//! Which parts of a script a container comes to that is started as the file says, and what of its arguments is left there.

use dockslim_syntax::shell::{
    Command, CommandKind, ConnectorKind, List, Pipeline, SeparatorKind, Simple, Word,
};
use dockslim_syntax::{Dockerfile, Span};

use super::literal_text;

/// How a container comes to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Behind so many calls of `shift`.
    Behind(usize),
    /// Only if whoever starts it gives it other words.
    Never,
}

/// The commands of a script with the ways to them; none if that cannot be told.
#[derive(Default)]
pub(crate) struct Reached(Vec<(Span, Way)>);

impl Reached {
    pub(crate) fn of(
        dockerfile: &Dockerfile<'_>,
        list: &List,
        arguments: &[Option<String>],
        bash: bool,
    ) -> Self {
        let mut walker = Walker { dockerfile, arguments, bash, found: Vec::new() };
        match walker.list(list, Way::Behind(0)) {
            Some(_) => Self(walker.found),
            None => Self::default(),
        }
    }

    pub(crate) fn way(&self, span: Span) -> Option<Way> {
        self.0.iter().find(|(known, _)| *known == span).map(|(_, way)| *way)
    }
}

struct Walker<'w, 't> {
    dockerfile: &'w Dockerfile<'t>,
    arguments: &'w [Option<String>],
    /// Whether bash reads it.
    bash: bool,
    found: Vec<(Span, Way)>,
}

impl Walker<'_, '_> {
    /// Follows a list; the way behind it.
    fn list(&mut self, list: &List, mut way: Way) -> Option<Way> {
        for statement in &list.statements {
            let before = way;
            way = match statement.rest.as_slice() {
                [] => self.pipeline(&statement.first, way)?,
                [(sign, second)] => {
                    let behind = self.pipeline(&statement.first, way)?;
                    let asked = self.asked(&statement.first, way);
                    let runs = asked.map(|holds| holds == (sign.kind == ConnectorKind::And));
                    match (behind == way, behind) {
                        (true, _) => self.branch(runs, second, way)?,
                        // What stands behind a program that takes the place of the shell is for its absence.
                        (false, Way::Never) => {
                            self.branch(Some(false), second, way).map(|_| behind)?
                        }
                        (false, Way::Behind(_)) => return None,
                    }
                }
                rest => {
                    (self.pipeline(&statement.first, way)? == way).then_some(())?;
                    for (_, pipeline) in rest {
                        let behind = self.pipeline(pipeline, way)?;
                        (behind == way).then_some(())?;
                    }
                    way
                }
            };
            // What runs beside the script does not end it.
            if statement.end.is_some_and(|end| end.kind == SeparatorKind::Background) {
                way = before;
            }
        }
        Some(way)
    }

    /// What may run or not, with what is known of that.
    fn branch(&mut self, runs: Option<bool>, pipeline: &Pipeline, way: Way) -> Option<Way> {
        match runs {
            Some(true) => self.pipeline(pipeline, way),
            Some(false) => self.pipeline(pipeline, Way::Never).map(|_| way),
            None => met(self.pipeline(pipeline, way)?, way),
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, way: Way) -> Option<Way> {
        match pipeline.commands.as_slice() {
            [command] => self.command(command, way),
            several => {
                for command in several {
                    (self.command(command, way)? == way).then_some(())?;
                }
                Some(way)
            }
        }
    }

    fn command(&mut self, command: &Command, way: Way) -> Option<Way> {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(command, simple, way),
            CommandKind::Group(list) => self.list(list, way),
            CommandKind::If { branches, otherwise } => {
                let (mut here, mut ends) = (way, Vec::new());
                for (condition, body) in branches {
                    (self.list(condition, here)? == here).then_some(())?;
                    let asked = match condition.statements.as_slice() {
                        [one] if one.rest.is_empty() => self.asked(&one.first, here),
                        _ => None,
                    };
                    let (inside, behind) = match asked {
                        Some(true) => (here, Way::Never),
                        Some(false) => (Way::Never, here),
                        None => (here, here),
                    };
                    ends.push(self.list(body, inside)?);
                    here = behind;
                }
                ends.push(match otherwise {
                    Some(list) => self.list(list, here)?,
                    None => here,
                });
                ends.into_iter().try_fold(Way::Never, met)
            }
            CommandKind::Case { subject, arms } => {
                let text = self.text(subject, way);
                let (mut here, mut ends) = (way, Vec::new());
                for (patterns, list) in arms {
                    let fits: Option<Vec<bool>> =
                        patterns.iter().map(|word| self.fits(word, text.as_deref()?)).collect();
                    let all = patterns.iter().any(|word| *self.dockerfile.text(word.span) == *"*");
                    let fits = if all { Some(true) } else { fits.map(|fits| fits.contains(&true)) };
                    let (inside, behind) = match fits {
                        Some(true) => (here, Way::Never),
                        Some(false) => (Way::Never, here),
                        None => (here, here),
                    };
                    ends.push(self.list(list, inside)?);
                    here = behind;
                }
                ends.push(here);
                ends.into_iter().try_fold(Way::Never, met)
            }
            // What these do with arguments is theirs.
            CommandKind::Function { .. } => {
                let text = self.dockerfile.text(command.span);
                let plain =
                    !text.contains("$@") && !text.contains("exec") && !text.contains("exit");
                plain.then_some(way)
            }
            CommandKind::While { condition, body } => {
                let lists = [condition, body];
                self.stays(&lists, way)
            }
            CommandKind::For { body, .. } => self.stays(&[body], way),
            CommandKind::Subshell(list) => self.stays(&[list], way),
            CommandKind::Test | CommandKind::Arithmetic => Some(way),
        }
    }

    /// Lists that may run several times, or apart: nothing in them leaves the script, or its arguments.
    fn stays(&mut self, lists: &[&List], way: Way) -> Option<Way> {
        for list in lists {
            (self.list(list, way)? == way).then_some(())?;
        }
        Some(way)
    }

    fn simple(&mut self, command: &Command, simple: &Simple, way: Way) -> Option<Way> {
        self.found.push((command.span, way));
        let words: Vec<Option<String>> = simple
            .words
            .iter()
            .map(|word| literal_text(self.dockerfile, word).map(|text| text.into_owned()))
            .collect();
        let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
        // What a substitution calls has the same arguments.
        let inner = simple
            .words
            .iter()
            .chain(simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref()));
        for word in inner {
            if self.dockerfile.text(word.span).contains("$(")
                && self.dockerfile.text(word.span).contains("$@")
            {
                return None;
            }
        }
        match (words.as_slice(), way) {
            ([Some("." | "source" | "eval" | "return" | "break" | "continue"), ..], _) => None,
            ([Some("set"), Some(option), ..], _)
                if *option == "--" || !option.starts_with(['-', '+']) =>
            {
                None
            }
            ([Some("set"), None, ..], _) => None,
            ([Some("shift")], Way::Behind(count)) => {
                (count < self.arguments.len()).then_some(Way::Behind(count + 1))
            }
            ([Some("shift"), ..], Way::Behind(_)) => None,
            ([Some("exit"), ..] | [Some("exec"), _, ..], _) => Some(Way::Never),
            _ => Some(way),
        }
    }

    /// The words that are left on a way.
    fn left(&self, way: Way) -> Option<&[Option<String>]> {
        match way {
            Way::Behind(count) => self.arguments.get(count..),
            Way::Never => None,
        }
    }

    /// What a word stands for: itself, or one of the arguments.
    fn text(&self, word: &Word, way: Way) -> Option<String> {
        match literal_text(self.dockerfile, word) {
            Some(text) => Some(text.into_owned()),
            None => self.argument(&self.dockerfile.text(word.span), way, false),
        }
    }

    /// The same of a word as it stands that names an argument; `whole` where none is split.
    fn argument(&self, raw: &str, way: Way, whole: bool) -> Option<String> {
        let left = self.left(way)?;
        let quoted = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let whole = whole || quoted.is_some();
        let first = || match left.first() {
            Some(word) => word.clone(),
            None => Some(String::new()),
        };
        match quoted.unwrap_or(raw) {
            "$#" => Some(left.len().to_string()),
            "$1" | "${1}" | "${1:-}" => {
                // What stands for nothing, or for several words, without quotes.
                first().filter(|text| whole || !text.is_empty() && !text.contains(' '))
            }
            "${1#-}" if whole => {
                first().map(|text| text.strip_prefix('-').unwrap_or(&text).to_owned())
            }
            "${1:0:1}" if whole => first().map(|text| text.chars().take(1).collect()),
            _ => None,
        }
    }

    /// Whether a pattern of `case` fits a text, where it is a plain one.
    fn fits(&self, pattern: &Word, text: &str) -> Option<bool> {
        if let Some(plain) = literal_text(self.dockerfile, pattern) {
            return Some(plain == text);
        }
        let raw = self.dockerfile.text(pattern.span);
        let start = raw.strip_suffix('*')?;
        let plain = start.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
        plain.then(|| text.starts_with(start))
    }

    /// What a test tells of the arguments.
    fn asked(&self, pipeline: &Pipeline, way: Way) -> Option<bool> {
        let [command] = pipeline.commands.as_slice() else { return None };
        let raw: Vec<String> = match &command.kind {
            CommandKind::Simple(simple) if simple.assignments.is_empty() => {
                let words = simple.words.iter();
                words.map(|word| self.dockerfile.text(word.span).into_owned()).collect()
            }
            // A word with blanks in it is none of those below.
            CommandKind::Test => {
                let text = self.dockerfile.text(command.span);
                text.split_whitespace().map(str::to_owned).collect()
            }
            _ => return None,
        };
        let (inner, whole) = match (raw.first()?.as_str(), raw.last()?.as_str()) {
            ("[", "]") => (&raw[1..raw.len() - 1], false),
            ("[[", "]]") => (&raw[1..raw.len() - 1], true),
            ("test", _) => (&raw[1..], false),
            _ => return None,
        };
        let text = |at: usize| {
            let raw = inner[at].as_str();
            let bare = raw.trim_matches(if raw.starts_with('\'') { '\'' } else { '"' });
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
            match bare.chars().all(plain) {
                true => Some(bare.to_owned()),
                false => self.argument(raw, way, whole),
            }
        };
        let signs: Vec<&str> = inner.iter().map(String::as_str).collect();
        let holds = match signs.as_slice() {
            ["-z", _] => text(1)?.is_empty(),
            ["-n", _] => !text(1)?.is_empty(),
            [_, "=", _] => text(0)? == text(2)?,
            [_, "==", _] if self.bash => text(0)? == text(2)?,
            [_, "!=", _] => text(0)? != text(2)?,
            [_, sign @ ("-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le"), _] => {
                let one: usize = text(0)?.parse().ok()?;
                let two: usize = text(2)?.parse().ok()?;
                match *sign {
                    "-eq" => one == two,
                    "-ne" => one != two,
                    "-gt" => one > two,
                    "-ge" => one >= two,
                    "-lt" => one < two,
                    _ => one <= two,
                }
            }
            _ => return None,
        };
        Some(holds != pipeline.negated.is_some())
    }
}

/// The way on which two go on; `None` if the one has other arguments left than the other.
fn met(one: Way, two: Way) -> Option<Way> {
    match (one, two) {
        (Way::Never, way) | (way, Way::Never) => Some(way),
        (one, two) => (one == two).then_some(one),
    }
}

//! What an instruction sees, for people: values as a builder works them out, as far as the file tells.

use dockslim_syntax::{Arguments, Instruction, Keyword};

use super::{Base, Facts, images};

/// What an instruction sees. Quotes are gone, and variables replaced by their values, but for those that nothing in the file sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What USER says; `None` while the base image decides.
    pub user: Option<String>,
    /// What WORKDIR says; `None` while the base image decides.
    pub workdir: Option<String>,
    /// The shell of shell-form instructions, word by word.
    pub shell: Vec<String>,
    /// ENV and ARG, each variable once, in the order in which the file names them first.
    pub variables: Vec<Variable>,
}

/// A variable that an instruction sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; `None` for an ARG without one.
    pub value: Option<String>,
    /// Whether it is an ARG: whoever builds may say otherwise.
    pub is_argument: bool,
}

impl Facts<'_> {
    /// What the instruction that is item number `index` sees; `None` if it is none, or stands in no stage.
    pub fn seen_by(&self, index: usize) -> Option<Seen> {
        let stage = self.stages.iter().find(|stage| stage.from < index && index < stage.end)?;
        let (_, _, state) = self.steps(stage).into_iter().find(|(at, ..)| *at == index)?;
        let mut chain = vec![stage];
        while let Base::Stage(below) = chain[chain.len() - 1].base {
            chain.push(&self.stages[below]);
        }
        let mut above = Seen::default();
        let first = self.stages.first().map_or(0, |first| first.from);
        self.follow(&mut above, 0..first, &[]);
        let mut seen = Seen::default();
        for stage in chain.into_iter().rev() {
            self.follow(&mut seen, stage.from + 1..stage.end.min(index), &above.variables);
        }
        Some(Seen { shell: state.shell.words.clone(), ..seen })
    }

    /// The image that the FROM which is item number `index` names, with the defaults of the arguments in it; `None` if it names a stage,
    /// or an argument without a default decides.
    pub fn image_of(&self, index: usize) -> Option<String> {
        let stage = self.stages.iter().find(|stage| stage.from == index)?;
        matches!(stage.base, Base::Image(_)).then(|| images::resolved(self, stage))?
    }

    /// Follows instructions, by their numbers among the items. `above` are the arguments in front of the first FROM, of which a stage
    /// takes those that it names.
    fn follow(&self, seen: &mut Seen, items: std::ops::Range<usize>, above: &[Variable]) {
        for instruction in items.filter_map(|index| self.dockerfile.instruction(index)) {
            self.follow_one(seen, instruction, above);
        }
    }

    fn follow_one(&self, seen: &mut Seen, instruction: &Instruction, above: &[Variable]) {
        let value = |text| seen.value(&self.dockerfile.text(text), self.dockerfile.escape);
        match (instruction.kind, &instruction.arguments) {
            (Keyword::User, Arguments::Text(text)) => seen.user = Some(value(*text)),
            (Keyword::Workdir, Arguments::Text(text)) => seen.enter(value(*text)),
            (kind @ (Keyword::Env | Keyword::Arg), Arguments::Pairs { pairs, .. }) => {
                // All values of an instruction are those in front of it.
                let new = pairs.iter().map(|pair| (value(pair.name), pair.value.map(value)));
                for (name, value) in new.collect::<Vec<_>>() {
                    let is_argument = kind == Keyword::Arg;
                    let given = || above.iter().find(|one| one.name == name)?.value.clone();
                    let value = value.or_else(given);
                    seen.set(Variable { name, value, is_argument });
                }
            }
            _ => {}
        }
    }
}

impl Seen {
    /// A relative directory lies below the one before (Dockerfile reference, WORKDIR), and what the two say is cleaned
    /// (dispatchWorkdir in BuildKit's dockerfile2llb).
    fn enter(&mut self, directory: String) {
        let directory = match &self.workdir {
            Some(before) if !directory.starts_with(['/', '$']) => {
                format!("{}/{directory}", before.trim_end_matches('/'))
            }
            _ => directory,
        };
        // What a variable holds may be several folders, or none.
        let is_clear = directory.starts_with('/') && !directory.contains('$');
        self.workdir = Some(if is_clear { cleaned(&directory) } else { directory });
    }

    /// ENV counts before ARG, wherever they stand (Dockerfile reference, ARG).
    fn set(&mut self, variable: Variable) {
        match self.variables.iter_mut().find(|one| one.name == variable.name) {
            Some(known) if known.is_argument || !variable.is_argument => *known = variable,
            Some(_) => {}
            None => self.variables.push(variable),
        }
    }

    /// What a word stands for.
    fn value(&self, text: &str, escape: char) -> String {
        let (mut out, mut rest, mut quoted) = (String::new(), text, false);
        while let Some(character) = rest.chars().next() {
            let behind = &rest[character.len_utf8()..];
            rest = behind;
            match character {
                '"' => quoted = !quoted,
                '\'' if !quoted => {
                    let (inner, tail) = behind.split_once('\'').unwrap_or((behind, ""));
                    out.push_str(inner);
                    rest = tail;
                }
                '$' => {
                    let (length, value) = self.expanded(behind);
                    let written = || format!("${}", &behind[..length]);
                    out.push_str(&value.unwrap_or_else(written));
                    rest = &behind[length..];
                }
                _ if character == escape => {
                    let next = behind.chars().next();
                    let counts = |next| !quoted || matches!(next, '"' | '$') || next == escape;
                    match next.filter(|next| counts(*next)) {
                        Some(next) => {
                            out.push(next);
                            rest = &behind[next.len_utf8()..];
                        }
                        None => out.push(character),
                    }
                }
                _ => out.push(character),
            }
        }
        out
    }

    /// What stands behind a dollar sign: how long it is, and its value, if that is known.
    fn expanded(&self, behind: &str) -> (usize, Option<String>) {
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let Some(inside) = behind.strip_prefix('{') else {
            let length = behind.find(|character| !is_name(character)).unwrap_or(behind.len());
            return (length, self.known(&behind[..length]).map(str::to_owned));
        };
        let Some((inside, _)) = inside.split_once('}') else { return (behind.len(), None) };
        let name = inside.find(|character| !is_name(character)).unwrap_or(inside.len());
        let (name, modifier) = inside.split_at(name);
        let value = self.known(name).and_then(|value| match modifier {
            "" => Some(value.to_owned()),
            _ if modifier.contains(['$', '{', '"', '\'']) => None,
            _ if value.is_empty() => modifier.strip_prefix(":-").map(str::to_owned),
            _ if modifier.starts_with(":-") || modifier.starts_with('-') => Some(value.to_owned()),
            _ => modifier.strip_prefix(":+").or(modifier.strip_prefix('+')).map(str::to_owned),
        });
        (inside.len() + 2, value)
    }

    fn known(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|one| one.name == name)?.value.as_deref()
    }
}

/// An absolute path without `.`, `..` and empty parts.
fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::Options;

    /// What the last instruction of a file sees.
    fn last(text: &str) -> Seen {
        let file = parse(text);
        let facts = Facts::of(&file, &Options::default(), None);
        let (index, _) = file.instructions().last().unwrap();
        facts.seen_by(index).unwrap()
    }

    fn variables(text: &str) -> Vec<(String, String)> {
        let seen = last(&format!("{text}RUN a\n"));
        let pairs = seen.variables.into_iter();
        pairs.map(|one| (one.name, one.value.unwrap_or_else(|| "?".to_owned()))).collect()
    }

    #[test]
    fn values_are_worked_out_as_a_builder_does() {
        for (written, value) in [
            ("$X/y", "/x/y"),
            ("${X}y", "/xy"),
            ("\"$X q\"", "/x q"),
            ("'$X q'", "$X q"),
            ("\\$X", "$X"),
            ("\"a\\b \\\" \\\\\"", "a\\b \" \\"),
            ("/o:$PATH", "/o:$PATH"),
            ("${PATH:-/bin}", "${PATH:-/bin}"),
            ("${X:-/z}", "/x"),
            ("${X:+z}", "z"),
            ("${E:-z}", "z"),
            ("${E-z}", "${E-z}"),
            ("${X#/}", "${X#/}"),
            ("${X", "${X"),
            ("a$", "a$"),
            ("\u{e9}'", "\u{e9}"),
        ] {
            let all = variables(&format!("FROM a\nENV X=/x E=\nENV \"Y\"={written}\n"));
            assert_eq!(all[2], ("Y".to_owned(), value.to_owned()), "{written}");
        }
    }

    #[test]
    fn arguments_have_their_defaults_and_count_behind_env() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let text = "ARG V=1\nARG W=w$V\nFROM a\nARG V\nARG W=2\nARG U\nENV W=e\nARG W=3\n";
        assert_eq!(variables(text), [pair("V", "1"), pair("W", "e"), pair("U", "?")]);
        let text = "FROM a\nENV A=1\nENV A=2 B=$A\n";
        assert_eq!(variables(text), [pair("A", "2"), pair("B", "1")]);
        assert_eq!(variables("FROM a\nENV c \"d e\"\n"), [pair("c", "d e")]);
        let text = "FROM a AS b\nENV A=1\nFROM c\nENV A=2\nFROM b\n";
        assert_eq!(variables(text), [pair("A", "1")]);
    }

    #[test]
    fn users_and_directories() {
        let seen = last("FROM a\nARG Q=1\nUSER $Q\nWORKDIR /srv\nWORKDIR \"b\"/$Q\nRUN c\n");
        assert_eq!((seen.user.as_deref(), seen.workdir.as_deref()), (Some("1"), Some("/srv/b/1")));
        assert_eq!(last("FROM a\nWORKDIR $HOME/x\nRUN c\n").workdir.as_deref(), Some("$HOME/x"));
    }
}

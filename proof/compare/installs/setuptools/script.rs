//! A setup.py, as far as it is a list of plain values: its texts are set aside, and what remains may name nothing unknown.

use std::collections::HashSet;

/// Words of the language, and names that start nothing.
const WORDS: &[&str] = &[
    "Extension",
    "False",
    "None",
    "Path",
    "True",
    "__name__",
    "as",
    "codecs",
    "core",
    "distutils",
    "extension",
    "find_namespace_packages",
    "find_packages",
    "from",
    "if",
    "import",
    "io",
    "open",
    "os",
    "pathlib",
    "read",
    "readlines",
    "setup",
    "setuptools",
    "split",
    "splitlines",
    "strip",
    "with",
];
/// Names of arguments: of `setup`, and of what is called for its values.
const ARGUMENTS: &[&str] = &[
    "author",
    "author_email",
    "classifiers",
    "description",
    "download_url",
    "encoding",
    "entry_points",
    "errors",
    "exclude",
    "exclude_package_data",
    "ext_modules",
    "extras_require",
    "include",
    "include_package_data",
    "install_requires",
    "keywords",
    "language",
    "license",
    "long_description",
    "long_description_content_type",
    "maintainer",
    "maintainer_email",
    "mode",
    "name",
    "newline",
    "package_data",
    "package_dir",
    "packages",
    "platforms",
    "project_urls",
    "py_modules",
    "python_requires",
    "scripts",
    "sources",
    "test_suite",
    "tests_require",
    "url",
    "version",
    "where",
    "zip_safe",
];
/// Stands in the code where a text stood, behind its number.
const MARK: char = '\u{1}';

/// A script whose texts are set aside.
pub(super) struct Script {
    /// The code without blanks; lines end outside of brackets alone.
    code: String,
    texts: Vec<String>,
    /// The files that it opens.
    pub(super) opened: Vec<String>,
}

impl Script {
    /// Reads a script; `None` if it does anything that is not known.
    pub(super) fn of(script: &str) -> Option<Self> {
        let mut read = Self { code: String::new(), texts: Vec::new(), opened: Vec::new() };
        // A return alone ends a line, and a comment with it.
        let script = script.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        (!script.contains('\r')).then_some(())?;
        read.scan(&script)?;
        read.names()?;
        let calls = read.code.matches("setup(").count();
        (calls == 1).then_some(())?;
        for (at, _) in read.code.match_indices("open(") {
            let inside = read.code[at + 5..].split(')').next()?;
            let mut texts = read.marked(inside)?.into_iter();
            (inside.starts_with(|c: char| c.is_ascii_digit())).then_some(())?;
            let file = texts.next()?;
            let modes =
                ["r", "rt", "ascii", "latin-1", "utf-8", "utf8", "UTF-8", "strict", "ignore"];
            texts.all(|text| modes.contains(&text.as_str())).then_some(())?;
            read.opened.push(file);
        }
        Some(read)
    }

    /// Sets texts aside, and drops comments and blanks.
    fn scan(&mut self, script: &str) -> Option<()> {
        let signs: Vec<char> = script.chars().collect();
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(&sign) = signs.get(at) {
            at += 1;
            match sign {
                '#' => {
                    while signs.get(at).is_some_and(|sign| *sign != '\n') {
                        at += 1;
                    }
                }
                '"' | '\'' => {
                    let word = self.code.rfind(|c: char| !(c.is_alphanumeric() || c == '_'));
                    let start = word.map_or(0, |at| {
                        at + self.code[at..].chars().next().map_or(1, char::len_utf8)
                    });
                    let prefix = self.code[start..].to_ascii_lowercase();
                    matches!(&*prefix, "" | "r" | "u").then_some(())?;
                    self.code.truncate(start);
                    let long = signs.get(at) == Some(&sign) && signs.get(at + 1) == Some(&sign);
                    at += if long { 2 } else { 0 };
                    let mut text = String::new();
                    loop {
                        let next = *signs.get(at)?;
                        at += 1;
                        let ends = !long
                            || (signs.get(at) == Some(&sign) && signs.get(at + 1) == Some(&sign));
                        if next == sign && ends {
                            at += if long { 2 } else { 0 };
                            break;
                        }
                        text.push(next);
                        if next == '\\' {
                            text.push(*signs.get(at)?);
                            at += 1;
                        }
                    }
                    self.code.push_str(&format!("{}{MARK}", self.texts.len()));
                    self.texts.push(text);
                }
                '\n' if depth == 0 => self.code.push('\n'),
                '\\' if matches!(signs.get(at), Some('\n')) => {}
                blank if blank.is_whitespace() => {
                    let named = |c: &char| c.is_alphanumeric() || *c == '_';
                    let before = self.code.chars().next_back().is_some_and(|c| named(&c));
                    if before && signs.get(at).is_some_and(named) {
                        self.code.push(' ');
                    }
                }
                '(' | '[' | '{' => {
                    depth += 1;
                    self.code.push(sign);
                }
                ')' | ']' | '}' => {
                    depth = depth.checked_sub(1)?;
                    self.code.push(sign);
                }
                '.' | ',' | ':' | '=' | '_' => self.code.push(sign),
                letter if letter.is_ascii_alphanumeric() => self.code.push(letter),
                _ => return None,
            }
        }
        Some(())
    }

    /// Whether every name is known, or given by the script itself.
    fn names(&self) -> Option<()> {
        let mut own: HashSet<&str> = HashSet::new();
        for line in self.code.split('\n') {
            let (name, _) = line.split_once('=').unwrap_or(("", ""));
            let name = name.rsplit(':').next().unwrap_or_default();
            own.extend(Some(name).filter(|name| name.chars().all(is_letter)));
            own.extend(
                line.split(" as ")
                    .nth(1)
                    .or_else(|| line.split(")as ").nth(1))
                    .and_then(|rest| rest.split(':').next()),
            );
        }
        let before = |at: usize| self.code[..at].chars().next_back();
        let mut at = 0;
        for word in self.code.split(|c: char| !is_letter(c)) {
            let start = at;
            at += word.len();
            let next = self.code[at..].chars().next();
            at += next.map_or(0, char::len_utf8);
            if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let argument = next == Some('=') && matches!(before(start), Some('(' | ','));
            let known = if argument {
                ARGUMENTS.contains(&word)
            } else {
                WORDS.contains(&word) || own.contains(word)
            };
            let shadows = own.contains(word) && WORDS.contains(&word);
            (known && !shadows).then_some(())?;
        }
        Some(())
    }

    /// What stands behind the name of an argument, or what the name that stands there was given.
    fn value(&self, argument: &str) -> Option<&str> {
        let call = self.code.find("setup(")? + "setup(".len();
        let mut depth = 1_usize;
        let mut start = call;
        for (at, sign) in self.code[call..].char_indices() {
            match sign {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 1 => {
                    return self.given(self.code[start..call + at].strip_prefix(argument)?);
                }
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 1 => {
                    let one = &self.code[start..call + at];
                    if one.strip_prefix(argument).is_some_and(|rest| rest.starts_with('=')) {
                        return self.given(&one[argument.len()..]);
                    }
                    start = call + at + 1;
                }
                _ => {}
            }
        }
        None
    }

    /// `=value`, or the value of a name that is given once.
    fn given<'s>(&'s self, text: &'s str) -> Option<&'s str> {
        let text = text.strip_prefix('=')?;
        if text.contains(MARK) || !text.chars().all(is_letter) {
            return Some(text);
        }
        let mut lines = self.code.split('\n').filter_map(|line| {
            let (name, value) = line.rsplit(':').next()?.split_once('=')?;
            (name == text).then_some(value)
        });
        match (lines.next(), lines.next()) {
            (Some(value), None) => Some(value),
            (None, _) => Some(text),
            // Which of them counts depends on where it stands.
            _ => Some(""),
        }
    }

    /// Whether the call has an argument.
    pub(super) fn has(&self, argument: &str) -> bool {
        self.value(argument).is_some()
    }

    /// The text that an argument is.
    pub(super) fn text(&self, argument: &str) -> Option<String> {
        let value = self.value(argument)?;
        let value = value.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(value);
        value.strip_suffix(MARK)?;
        match &self.marked(value)?[..] {
            [text] => Some(text.clone()),
            _ => None,
        }
    }

    /// The texts in a value of nothing but texts, lists and tables; none if there is no such argument.
    pub(super) fn texts(&self, argument: &str) -> Option<Vec<String>> {
        let Some(value) = self.value(argument) else { return Some(Vec::new()) };
        let plain = |c: char| c.is_ascii_digit() || c == MARK || "[](){},:".contains(c);
        (value.starts_with(['[', '(', '{']) && value.chars().all(plain)).then_some(())?;
        self.marked(value)
    }

    /// The file that an argument is read from, all of it; `with` may have opened it.
    pub(super) fn read_from(&self, argument: &str) -> Option<String> {
        let value = self.value(argument)?;
        let (opened, taken) = match value.strip_prefix("open(") {
            Some(inside) => inside.split_once(')')?,
            None => {
                let (handle, taken) = value.split_once('.')?;
                let mut above = None;
                let mut found = Vec::new();
                for line in self.code.split('\n') {
                    above = line.strip_prefix("with open(").or(above);
                    if line.strip_suffix(value).is_some_and(|name| name.ends_with('=')) {
                        let (inside, named) = above?.split_once(")as ")?;
                        (named.split(':').next() == Some(handle)).then_some(())?;
                        found.push(inside);
                    }
                }
                let [inside] = found[..] else { return None };
                (inside, taken)
            }
        };
        (!taken.contains(MARK)).then_some(())?;
        self.marked(opened)?.into_iter().next()
    }

    /// The folder that is looked through for packages.
    pub(super) fn found(&self) -> Option<String> {
        let value = self.value("packages")?;
        let (called, inside) = value.split_once('(')?;
        called.contains("find_").then_some(())?;
        let named = inside.split("where=").nth(1).unwrap_or(inside);
        let first = named.split([',', ')']).next()?;
        let folder = first.strip_suffix(MARK).and_then(|number| number.parse::<usize>().ok());
        Some(folder.map_or(".".to_owned(), |number| self.texts[number].clone()))
    }

    /// The sources of all parts in C.
    pub(super) fn sources(&self) -> Option<Vec<String>> {
        let Some(value) = self.value("ext_modules") else { return Some(Vec::new()) };
        let mut sources = Vec::new();
        for part in value.split("Extension(").skip(1) {
            let (name, rest) = part.split_once(",").filter(|(name, _)| name.ends_with(MARK))?;
            let rest = rest.strip_prefix("sources=").unwrap_or(rest).strip_prefix('[')?;
            let (list, behind) = rest.split_once(']')?;
            let plain = |c: char| c.is_ascii_digit() || c == MARK || c == ',';
            let name = name.strip_prefix("name=").unwrap_or(name);
            (name.chars().chain(list.chars()).all(plain)).then_some(())?;
            let ends = behind.trim_start_matches(',');
            let ends = ends.starts_with(')') || ends.starts_with("language=");
            ends.then_some(())?;
            sources.extend(self.marked(list)?);
        }
        (value.starts_with('[') && !sources.is_empty() || value == "[]").then_some(sources)
    }

    /// The texts whose marks stand in a piece of code; those that stand side by side are one.
    fn marked(&self, code: &str) -> Option<Vec<String>> {
        let mut texts: Vec<String> = Vec::new();
        let mut rest = code;
        let mut follows = false;
        while let Some(at) = rest.find(MARK) {
            let start = rest[..at].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
            let text = self.texts.get(rest[start..at].parse::<usize>().ok()?)?;
            match texts.last_mut().filter(|_| follows && start == 0) {
                Some(last) => last.push_str(text),
                None => texts.push(text.clone()),
            }
            follows = true;
            rest = &rest[at + 1..];
        }
        Some(texts)
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

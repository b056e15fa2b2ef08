//! Django gathers static files where its settings say (Django, "Settings", `STATIC_ROOT`; django-compressor, "Settings", `COMPRESS_ROOT`).

use super::super::effects::Done;
use super::super::subject::Subject;
use super::{above, climbs, is_foreign, name_of, places, seen_from, words};

/// Settings that name the folder.
const ROOTS: &[&str] = &["STATIC_ROOT", "COMPRESS_ROOT"];

/// Names of Python, of django-environ and of python-decouple by which paths are put together, and that lead nowhere else themselves.
const HARMLESS: &[&str] = &[
    "False",
    "None",
    "Path",
    "PosixPath",
    "PurePath",
    "True",
    "absolute",
    "abspath",
    "and",
    "as_posix",
    "bool",
    "cast",
    "config",
    "default",
    "else",
    "env",
    "environ",
    "format",
    "fspath",
    "get",
    "getenv",
    "if",
    "join",
    "joinpath",
    "normpath",
    "not",
    "or",
    "os",
    "path",
    "pathlib",
    "realpath",
    "resolve",
    "str",
    "strict",
    "unipath",
    "child",
    "Env",
    "read_env",
];

/// Where a path may lead.
#[derive(Default)]
struct Way {
    /// Folders of the files whose own place it starts from.
    starts: Vec<String>,
    /// How many levels it leads upwards.
    levels: usize,
    /// Paths that are written out.
    absolute: Vec<String>,
    /// A name that nobody knows.
    unknown: Option<String>,
}

/// Where a call of `manage.py` gathers files that nothing moves, in words.
pub(super) fn stray(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    moves: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let words = words(done);
    let manages = words.iter().any(|word| name_of(word) == "manage.py")
        && words.iter().any(|word| matches!(*word, "collectstatic" | "compress"));
    let context = subject.context.filter(|_| manages)?;
    let here = done.folder.clone().unwrap_or_default();
    let sources: Vec<(&str, &str)> = context
        .entries()
        .filter(|(path, _)| path.ends_with(".py") && !is_foreign(path))
        .filter_map(|(path, _)| Some((path, context.text(path)?)))
        .collect();
    let reader = Reader { subject, sources: &sources };
    for (path, text) in &sources {
        for name in ROOTS {
            for value in values(text, name) {
                let mut way = Way::default();
                reader.follow(path, &value, &mut Vec::new(), &mut way);
                if let Some(unknown) = way.unknown {
                    return Some(format!("`{name}` of `{path}` depends on `{unknown}`"));
                }
                if way.starts.is_empty() && way.absolute.is_empty() {
                    way.starts.push(here.clone());
                }
                let ends = way.starts.iter().map(|start| above(start, way.levels).to_owned());
                if let Some(end) = ends.chain(way.absolute).find(|end| !moves(end)) {
                    return Some(format!("`{name}` of `{path}` leads to `{end}`"));
                }
            }
        }
    }
    // The storage itself may be told another place (Django, "STORAGES").
    sources.iter().find_map(|(path, text)| {
        let told = text.split("\"location\"").chain(text.split("'location'")).skip(1);
        let mut ends = told.filter_map(|rest| rest.trim_start().strip_prefix(':'));
        let leads = |rest: &str| {
            let rest = rest.trim_start();
            rest.starts_with(['"', '\'']) && rest[1..].starts_with('/')
        };
        (text.contains("STORAGE") && ends.any(leads))
            .then(|| format!("a storage of `{path}` has a place of its own"))
    })
}

struct Reader<'r, 'f, 't> {
    subject: &'r Subject<'f, 't>,
    sources: &'r [(&'r str, &'r str)],
}

impl Reader<'_, '_, '_> {
    /// Follows an expression of a source, and the names in it.
    fn follow(&self, file: &str, text: &str, seen: &mut Vec<String>, way: &mut Way) {
        let mut rest = text;
        let mut before = ' ';
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '"' | '\'' => {
                    let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
                    let inner = rest.get(1..end - 1).unwrap_or_default();
                    self.text(file, inner, before == '+', seen, way);
                    end
                }
                _ if first.is_alphabetic() || first == '_' => {
                    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                    let end = end.unwrap_or(rest.len());
                    let behind = rest[end..].trim_start();
                    // A letter in front of quotes is part of the text.
                    if !(end <= 2 && rest[end..].starts_with(['"', '\''])) {
                        self.name(file, (&rest[..end], behind), before == '.', seen, way);
                    }
                    end
                }
                '-' => {
                    // `environ.Path(__file__) - 3` (django-environ).
                    let number = rest[1..].trim_start();
                    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
                    way.levels += number[..end].parse::<usize>().unwrap_or_default();
                    1
                }
                _ => first.len_utf8(),
            };
            if !first.is_whitespace() {
                before = rest[..length].chars().next_back().unwrap_or(first);
            }
            rest = &rest[length..];
        }
    }

    /// A text between quotes: a path, a part of one, or the name of a variable.
    fn text(&self, file: &str, text: &str, joined: bool, seen: &mut Vec<String>, way: &mut Way) {
        way.levels += climbs(text);
        let mut parts = text.split('{');
        let first = parts.next().unwrap_or_default();
        for part in parts {
            let inner = part.split('}').next().unwrap_or_default();
            self.follow(file, inner, seen, way);
        }
        if first.starts_with('/') && !joined {
            way.absolute.push(seen_from("/", text).unwrap_or_else(|| text.to_owned()));
        }
        let variable = !text.is_empty()
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if text.starts_with('~') || text.contains(['$', '\\']) || variable && self.is_told(text) {
            way.unknown.get_or_insert_with(|| text.to_owned());
        }
    }

    fn name(
        &self,
        file: &str,
        (name, behind): (&str, &str),
        attribute: bool,
        seen: &mut Vec<String>,
        way: &mut Way,
    ) {
        match name {
            "parent" | "dirname" | "pardir" | "split" => way.levels += 1,
            "parents" | "ancestor" => {
                let index = behind.strip_prefix(['[', '(']);
                let index = index.and_then(|rest| rest.split([']', ')']).next());
                match index.and_then(|index| index.trim().parse::<usize>().ok()) {
                    Some(index) => way.levels += index + usize::from(name == "parents"),
                    None => way.unknown = Some(name.to_owned()),
                }
            }
            "__file__" => way.starts.extend(places(self.subject, file)),
            _ if seen.iter().any(|one| one == name) => {}
            _ => {
                let own = |path: &str| path == file;
                let defined = |here: bool| -> Vec<(&str, String)> {
                    let sources = self.sources.iter().filter(|(path, _)| own(path) == here);
                    let all = sources.flat_map(|(path, text)| {
                        values(text, name).into_iter().map(|value| (*path, value))
                    });
                    all.collect()
                };
                let mut found = if attribute { Vec::new() } else { defined(true) };
                if found.is_empty() && !attribute && !HARMLESS.contains(&name) {
                    found = defined(false);
                }
                if found.is_empty() && !HARMLESS.contains(&name) {
                    way.unknown.get_or_insert_with(|| name.to_owned());
                }
                seen.push(name.to_owned());
                for (path, value) in found {
                    self.follow(path, &value, seen, way);
                }
            }
        }
    }

    /// Whether the build or a file of settings speaks of a variable.
    fn is_told(&self, name: &str) -> bool {
        let dockerfile = self.subject.build.dockerfile;
        let mut steps = self.subject.stage.steps.iter();
        let context = self.subject.context;
        let mut files = context.into_iter().flat_map(|context| {
            let settings = context.entries().filter(|(path, _)| {
                let name = name_of(path);
                name.starts_with(".env") || name.ends_with(".env") || name.ends_with(".ini")
            });
            settings.filter_map(|(path, _)| context.text(path))
        });
        steps.any(|step| step.text(dockerfile).contains(name))
            || files.any(|text| text.contains(name))
    }
}

/// The expressions that a source of Python gives to a name, each up to the end of its line, or to the end of its brackets.
fn values(text: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start_matches([' ', '\t']).len());
        at += line.len();
        let Some(rest) = text[start..].strip_prefix(name) else { continue };
        let line = rest.lines().next().unwrap_or_default();
        let value = line.trim_start();
        let typed = value.starts_with(':').then(|| value.find('=')).flatten();
        let sign = if value.starts_with('=') { Some(0) } else { typed };
        let Some(sign) = sign.filter(|sign| !value[sign + 1..].starts_with('=')) else { continue };
        let begin = line.len() - value.len() + sign + 1;
        let mut depth = 0_i32;
        let mut end = rest.len();
        for (place, c) in rest[begin..].char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '\n' if depth <= 0 && !rest[..begin + place].ends_with('\\') => {
                    end = begin + place;
                    break;
                }
                _ => {}
            }
        }
        found.push(rest[begin..end].replace("\\\n", " "));
    }
    found
}

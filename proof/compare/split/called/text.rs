//! The text of a script with what it is handed, and with its constants, put in; what is in doubt stays as it is.

use std::collections::BTreeMap;

/// What a script is handed.
pub(super) struct Handed {
    /// What it is called.
    pub(super) name: String,
    /// Where it lies.
    pub(super) place: String,
    /// Where it is started.
    pub(super) folder: String,
    pub(super) arguments: Vec<String>,
}

impl Handed {
    /// Whether a variable decides what a shell does, or what it finds.
    pub(super) fn decides(&self, name: &str) -> bool {
        DECIDING.contains(&name) || name.starts_with("LD_") || name.starts_with("BASH")
    }
}

const DECIDING: &[&str] =
    &["CDPATH", "ENV", "HOME", "IFS", "OLDPWD", "PATH", "PWD", "SHELLOPTS", "TMPDIR"];

/// Beginnings of names that official images, or builders, give to variables.
const OF_OTHERS: &[&str] = &[
    "all_proxy",
    "aspnet",
    "gcc",
    "source",
    "build",
    "bundle",
    "cargo",
    "debian",
    "dotnet",
    "ftp_proxy",
    "gem",
    "go",
    "gpg",
    "gradle",
    "home",
    "host",
    "http",
    "java",
    "lang",
    "lc_",
    "maven",
    "mvn",
    "no_proxy",
    "node",
    "nuget",
    "path",
    "php",
    "pip",
    "powershell",
    "pwd",
    "python",
    "ruby",
    "rust",
    "setuptools",
    "shlvl",
    "target",
    "term",
    "user",
    "uv_",
    "yarn",
];

fn is_value(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _./:,=@%+-".contains(&byte))
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The text to be run; `None` if it is none that can be run in the mind.
pub(super) fn prepared(
    text: &str,
    handed: &Handed,
    is_set: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if text.contains('\r')
        || text.contains("<<")
        || text.contains('\u{feff}')
        || text.len() > 20_000
    {
        return None;
    }
    let body = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest,
        _ => text,
    };
    let body = without_end(&placed(body, handed)?);
    for name in DECIDING.iter().chain(&["LD_LIBRARY_PATH", "LD_PRELOAD"]) {
        let sets = format!("{name}=");
        let mut assigned = body.match_indices(&sets);
        if assigned.any(|(at, _)| !body[..at].ends_with(|c: char| is_part(c as u8))) {
            return None;
        }
    }
    put_in(&without_main(&without_speakers(&body)), handed, is_set)
}

/// The text with the body of its one function in place of the call at its end that hands it all arguments.
fn without_main(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let unwrapped = || {
        let (last, rest) = lines.split_last()?;
        let name = last.strip_suffix(" \"$@\"")?;
        let start = rest.iter().position(|line| {
            line.strip_prefix(name).is_some_and(|rest| rest == "() {" || rest == "(){")
        })?;
        let (end, body) = rest[start + 1..].split_last()?;
        let own = ["local ", "return", "set --", "shift", "$FUNCNAME"];
        let plain = *end == "}"
            && name.bytes().all(is_part)
            && text.matches("()").count() == 1
            && !body.iter().any(|line| own.iter().any(|word| line.contains(word)) || *line == "}");
        plain.then(|| {
            let inside = body.iter().map(|line| line.trim_start());
            let all = rest[..start].iter().copied().chain(inside);
            all.map(|line| format!("{line}\n")).collect::<String>()
        })
    };
    unwrapped().unwrap_or_else(|| text.to_owned())
}

/// What a test says of texts and numbers.
pub(super) fn says(words: &[&str]) -> Option<bool> {
    match words {
        ["-z", text] => Some(text.is_empty()),
        ["-n", text] => Some(!text.is_empty()),
        [one, "=", two] => Some(one == two),
        [one, "!=", two] => Some(one != two),
        [one, sign, two] => {
            let (one, two): (i64, i64) = (one.parse().ok()?, two.parse().ok()?);
            match *sign {
                "-eq" => Some(one == two),
                "-ne" => Some(one != two),
                "-lt" => Some(one < two),
                "-le" => Some(one <= two),
                "-gt" => Some(one > two),
                "-ge" => Some(one >= two),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The text without functions that only say something to people, and with `echo` or `exit` where they are called.
fn without_speakers(text: &str) -> String {
    let (mut kept, mut speakers): (Vec<String>, Vec<(String, bool)>) = Default::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let name = line.split("()").next().unwrap_or_default();
        let opens = !name.is_empty()
            && name.bytes().all(is_part)
            && line[name.len()..].strip_prefix("()").is_some_and(|it| it.trim().starts_with('{'));
        let end = (at..lines.len()).find(|end| {
            lines[*end].trim_end() == "}" || *end == at && line.trim_end().ends_with('}')
        });
        if let Some(end) = end.filter(|_| opens) {
            let body = lines[at..=end].join("\n");
            let body = body[name.len() + 2..].trim();
            if only_speaks(body) {
                speakers.push((name.to_owned(), body.contains("exit 1")));
                at = end + 1;
                continue;
            }
        }
        kept.push(line.to_owned());
        at += 1;
    }
    for (name, fails) in speakers {
        for line in &mut kept {
            let front = line.find(&format!("|| {name} ")).map(|at| at + 3);
            let own = line
                .trim_start()
                .strip_prefix(&name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            let start = if own { Some(line.len() - line.trim_start().len()) } else { front };
            let Some(start) = start else { continue };
            let rest = line[start + name.len()..].to_owned();
            let plain = !rest.contains([';', '&', '|', '`', '}', '>', '<']) && !rest.contains("$(");
            match (plain, fails) {
                (true, true) => line.replace_range(start.., "exit 1"),
                (true, false) => line.replace_range(start.., &format!("echo{rest}")),
                (false, _) => {}
            }
        }
    }
    kept.iter().map(|line| format!("{line}\n")).collect()
}

/// The text without what ends it as a script ends anyway.
fn without_end(text: &str) -> String {
    let trimmed = text.trim_end();
    let (before, last) = trimmed.rsplit_once('\n').unwrap_or(("", trimmed));
    match last.trim() {
        "exit 0" => format!("{before}\n"),
        last if last.starts_with("exec ")
            && !last[5..].trim_start().starts_with(['-', '>', '<']) =>
        {
            format!("{before}\n{}\n", &last[5..])
        }
        _ => format!("{trimmed}\n"),
    }
}

/// The text with the folder of the script where it asks for that.
fn placed(text: &str, handed: &Handed) -> Option<String> {
    let mut out = text.replace("${BASH_SOURCE[0]}", "$0").replace("$BASH_SOURCE", "$0");
    out = out.replace("${0}", "$0").replace("dirname -- ", "dirname ").replace("cd -- ", "cd ");
    out = out.replace("\"$0\"", "$0").replace("\"$(dirname $0)\"", "$(dirname $0)");
    for quiet in [" >/dev/null 2>&1", " > /dev/null 2>&1", " &>/dev/null", " &> /dev/null"] {
        out = out.replace(&format!("cd $(dirname $0){quiet}"), "cd $(dirname $0)");
    }
    out = out.replace("$( cd", "$(cd").replace("pwd )", "pwd)").replace("pwd -P)", "pwd)");
    let here = match handed.place.rsplit_once('/')? {
        ("", _) => "/",
        (folder, _) => folder,
    };
    is_value(here).then_some(())?;
    // Where a script has gone elsewhere, its own name leads elsewhere.
    let last = out.rfind("$0").or_else(|| out.rfind("${0%/*}"));
    if let Some(last) = last.filter(|_| !handed.name.starts_with('/')) {
        let before = &out[..last];
        let own = before.strip_suffix("cd $(dirname ");
        let before = own.or_else(|| before.strip_suffix("cd \"$(dirname ")).unwrap_or(before);
        let stays = here == handed.folder;
        let moves = before.matches("cd ").count();
        let known = if stays { before.matches("cd $(dirname $0)").count() } else { 0 };
        (moves == known).then_some(())?;
    }
    let above = here.rsplit_once('/').map_or("/", |(above, _)| above);
    for sign in ["&&", ";"] {
        for blank in [" ", ""] {
            let found = format!("$(cd $(dirname $0){blank}{sign} pwd)");
            out = out.replace(&found, here);
            out = out.replace(&format!("$(cd $(dirname $0)/..{blank}{sign} pwd)"), above);
        }
    }
    out = out.replace("$(dirname $0)/..\"", &format!("{above}\""));
    out = out.replace("$(dirname $0)", here).replace("${0%/*}", here);
    Some(out)
}

/// The text with constants in place of the variables that hold them.
fn put_in(text: &str, handed: &Handed, is_set: &dyn Fn(&str) -> bool) -> Option<String> {
    let functions = text.contains("()") || text.contains("function ");
    let shifts = text.split_whitespace().any(|word| word == "shift")
        || text.contains("set -- ")
        || functions;
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    if !shifts {
        for (at, value) in handed.arguments.iter().enumerate() {
            known.insert((at + 1).to_string(), value.clone());
        }
        for at in handed.arguments.len()..9 {
            known.insert((at + 1).to_string(), String::new());
        }
        known.insert("#".to_owned(), handed.arguments.len().to_string());
    }
    let mut out = String::new();
    let mut depth = 0_i32;
    let mut quote: Option<u8> = None;
    for line in text.split_inclusive('\n') {
        let start = quote;
        let whole = expanded(line, &mut quote, &known, handed, !shifts, &|name| {
            let lower = name.to_ascii_lowercase();
            let others = OF_OTHERS.iter().any(|start| lower.starts_with(start));
            !others && !is_set(name) && !may_set(text, name)
        })?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        if start.is_none() {
            depth += i32::from(["if", "for", "while", "until", "case"].contains(&first));
            depth += i32::from(line.trim_end().ends_with('{') || first == "{" || first == "(");
            let ends =
                |word: &str| ["fi", "done", "esac", "}", ")"].contains(&word.trim_matches(';'));
            depth -= words.iter().filter(|word| ends(word)).count() as i32;
        }
        if start.is_none()
            && quote.is_none()
            && depth == 0
            && !line.starts_with([' ', '\t'])
            && let Some((name, value)) = constant(whole.trim_end())
            && !is_set(&name)
            && times_set(text, &name) == 1
        {
            known.insert(name, value);
        }
        out.push_str(&whole);
    }
    quote.is_none().then_some(out)
}

/// The name and the value of a line that sets one variable to a constant, and does nothing else.
fn constant(line: &str) -> Option<(String, String)> {
    let line =
        line.strip_prefix("export ").or_else(|| line.strip_prefix("readonly ")).unwrap_or(line);
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let (name, value) = line.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(is_part);
    let bare = match value.strip_prefix('"').or_else(|| value.strip_prefix('\'')) {
        Some(inner) => inner.strip_suffix(['"', '\''])?,
        None => Some(value).filter(|value| !value.contains(' '))?,
    };
    // A value with blanks around it is another one without quotes.
    let known = is_name && is_value(bare) && bare.trim() == bare;
    known.then(|| (name.to_owned(), bare.to_owned()))
}

/// How often a text sets a variable, by any word that can.
fn times_set(text: &str, name: &str) -> usize {
    let own = text.match_indices(name).filter(|(at, _)| {
        let before = text[..*at].bytes().next_back();
        let after = &text[at + name.len()..];
        let whole = !before.is_some_and(is_part) && !after.bytes().next().is_some_and(is_part);
        let reads = matches!(before, Some(b'$')) || text[..*at].ends_with("${");
        whole
            && (!reads && (after.starts_with('=') || after.starts_with("+="))
                || reads && (after.starts_with(":=") || after.starts_with('='))
                || ["read ", "for ", "local ", "unset ", "getopts "]
                    .iter()
                    .any(|word| text[..*at].ends_with(word)))
    });
    own.count()
}

fn may_set(text: &str, name: &str) -> bool {
    times_set(text, name) > 0
}

/// A line with the variables that are known.
fn expanded(
    line: &str,
    quote: &mut Option<u8>,
    known: &BTreeMap<String, String>,
    handed: &Handed,
    all: bool,
    is_unset: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let bytes = line.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match (byte, *quote) {
            (b'\'', None) => *quote = Some(b'\''),
            (b'\'', Some(b'\'')) => *quote = None,
            (b'"', None) => *quote = Some(b'"'),
            (b'"', Some(b'"')) => *quote = None,
            (b'\\', None | Some(b'"')) => {
                out.push('\\');
                at += 1;
                let next = line[at..].chars().next()?;
                out.push(next);
                at += next.len_utf8();
                continue;
            }
            (b'#', None) if at == 0 || bytes[at - 1].is_ascii_whitespace() => {
                // What it says may hold a quotation mark.
                out.push_str(if line.ends_with('\n') { "\n" } else { "" });
                return Some(out);
            }
            (b'`', None | Some(b'"')) => return None,
            (b'$', None | Some(b'"')) => {
                let behind = &line[at + 1..];
                if all && quote.is_some() && behind.starts_with("@\"") && out.ends_with('"') {
                    let plain = |word: &String| is_value(word) && !word.contains(' ');
                    handed.arguments.iter().all(plain).then_some(())?;
                    // As many words as there are.
                    out.pop();
                    out.push_str(&handed.arguments.join(" "));
                    *quote = None;
                    at += 3;
                    continue;
                }
                if let Some((value, length)) = value_of(behind, known, is_unset) {
                    out.push_str(&value);
                    at += 1 + length;
                    continue;
                }
            }
            _ => {}
        }
        let next = line[at..].chars().next()?;
        out.push(next);
        at += next.len_utf8();
    }
    Some(out)
}

/// What stands behind `$` stands for, and how long it is.
fn value_of(
    behind: &str,
    known: &BTreeMap<String, String>,
    is_unset: &dyn Fn(&str) -> bool,
) -> Option<(String, usize)> {
    let get = |name: &str| known.get(name).filter(|value| is_value(value));
    let Some(braced) = behind.strip_prefix('{') else {
        let digit = behind.bytes().next()?.is_ascii_digit() || behind.starts_with('#');
        let end = if digit { 1 } else { behind.bytes().take_while(|byte| is_part(*byte)).count() };
        return get(&behind[..end]).map(|value| (value.clone(), end));
    };
    let end = braced.find('}')?;
    let inner = &braced[..end];
    let name_ends = inner.bytes().take_while(|byte| is_part(*byte)).count();
    let (name, rest) = inner.split_at(name_ends);
    let length = end + 2;
    let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
    let default = default.map(|text| text.trim_matches(['"', '\'']));
    match (get(name), default) {
        (Some(value), None) if rest.is_empty() => Some((value.clone(), length)),
        (Some(value), Some(default)) => {
            let value = if value.is_empty() { default } else { value };
            is_value(value).then(|| (value.to_owned(), length))
        }
        (None, Some(default))
            if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            (is_unset(name) && is_value(default)).then(|| (default.to_owned(), length))
        }
        _ => None,
    }
}

/// Whether the body of a function only says something to people, or fails.
pub(super) fn only_speaks(body: &str) -> bool {
    let inner = body.trim().strip_prefix('{').and_then(|body| body.strip_suffix('}'));
    let Some(inner) = inner else { return false };
    let inner = inner.replace(">&2", "").replace("1>&2", "");
    !inner.contains(['>', '`', '|', '&'])
        && !inner.contains("$(")
        && inner.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).all(|part| {
            let first = part.split_whitespace().next().unwrap_or_default();
            matches!(first, "echo" | "printf") || part == "exit 1"
        })
}

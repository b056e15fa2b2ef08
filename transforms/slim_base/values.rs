//! The commands that values of settings may be (YAML 1.2, "Block Scalar Styles", "Flow Sequences"; TOML 1.0, "String").

/// Such commands: values, words of a list behind one another, and the lines of texts that go over many.
pub(super) fn commands_in_values(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // How deep the key of a text of YAML lies, and what closes one of TOML.
    let mut key: Option<usize> = None;
    let mut close: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let depth = line.len() - line.trim_start().len();
        if let Some(end) = close {
            found.push(trimmed.split(end).next().unwrap_or_default().to_owned());
            close = close.filter(|end| !trimmed.contains(end));
        } else if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        } else if key.is_some_and(|key| depth > key) {
            found.push(trimmed.to_owned());
        } else {
            key = begins_text(trimmed).map(|inner| depth + inner);
            close = ["\"\"\"", "'''"].into_iter().find(|sign| trimmed.matches(sign).count() == 1);
            match close.and_then(|sign| trimmed.split_once(sign)) {
                Some((_, first)) => found.push(first.to_owned()),
                None if key.is_none() => found.extend(values(trimmed)),
                None => {}
            }
        }
    }
    found
}

/// How deep a key lies in a line of YAML whose value are the lines below, which lie deeper.
fn begins_text(line: &str) -> Option<usize> {
    let sign = line.split_whitespace().next_back()?.strip_prefix(['|', '>'])?;
    let marks = sign.chars().all(|c| "+-".contains(c) || c.is_ascii_digit());
    let mut rest = line;
    let mut depth = 0;
    while let Some(inner) = rest.strip_prefix("- ") {
        let inner = inner.trim_start();
        if inner.starts_with(['|', '>']) {
            return marks.then_some(depth);
        }
        depth += rest.len() - inner.len();
        rest = inner;
    }
    let before = rest[..rest.len() - sign.len() - 1].trim_end();
    (marks && before.ends_with(':')).then_some(depth)
}

/// The values of one line.
fn values(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if line.contains('"') || line.contains('\'') {
        let pieces: Vec<&str> = line.split(['"', '\'']).collect();
        let inside = pieces.iter().enumerate().skip(1).step_by(2);
        let is_key = |at: usize| pieces.get(at + 1).is_some_and(|it| it.trim().starts_with(':'));
        found.extend(inside.filter(|(at, _)| !is_key(*at)).map(|(_, piece)| (*piece).to_owned()));
    } else {
        let value = line.split_once([':', '=']).map(|(_, value)| value.to_owned());
        found.extend(value.into_iter().chain(line.strip_prefix("- ").map(str::to_owned)));
    }
    // `[git]` alone is a section.
    let section = line.starts_with('[') && !line.contains([',', '"', '\'']);
    for list in line.split('[').skip(usize::from(section) + 1) {
        let list = list.split(']').next().unwrap_or(list);
        let words = list.split(',').map(|word| word.trim().trim_matches(['"', '\'']));
        found.push(words.collect::<Vec<&str>>().join(" "));
    }
    found
}

/// The programs that a text of settings names by their whole paths.
pub(super) fn whole_paths(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    let cut = |c: char| c.is_whitespace() || "\"'`,;|&()[]{}=:<>".contains(c);
    lines.flat_map(move |line| line.split(cut)).filter_map(|word| {
        let (folder, name) = word.rsplit_once('/')?;
        ["/bin", "/sbin", "/usr/bin", "/usr/sbin"].contains(&folder).then_some(name)
    })
}

/// Words of keys whose values are programs.
const OF_TOOLS: &[&str] = &[
    "bin",
    "binaries",
    "binary",
    "cmd",
    "command",
    "commands",
    "exe",
    "executable",
    "executables",
    "program",
    "programs",
    "tool",
    "tools",
];

/// Whether a key says that it holds programs: `tools`, `CONVERT_BIN`, `convertCommand`.
fn says_tools(key: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut small = false;
    for c in key.chars() {
        if !c.is_alphanumeric() || small && c.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    words.iter().any(|word| OF_TOOLS.contains(&word.as_str()))
}

/// The first words of values whose keys say that they hold programs, and whole values whose keys are the same word, or lie below one that says
/// so.
pub(super) fn named_tools(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut around: Vec<(usize, bool)> = Vec::new();
    let mut section = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) || trimmed.is_empty() {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = says_tools(name);
        }
        let depth = line.len() - line.trim_start().len();
        around.retain(|(outer, _)| *outer < depth);
        for pair in trimmed.split(['{', ',']) {
            let Some((key, value)) = pair.split_once([':', '=']) else { continue };
            let bare = |c: char| c.is_whitespace() || "\"'}[]-".contains(c);
            let (key, value) = (key.trim_matches(bare), value.trim_matches(bare));
            let around_says = section || around.iter().any(|(_, says)| *says);
            if value.is_empty() {
                around.push((depth, says_tools(key)));
            } else if says_tools(key) {
                found.extend(value.split_whitespace().next());
            } else if around_says || key.eq_ignore_ascii_case(value) {
                found.push(value);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_commands_in_lists_and_long_texts() {
        for (text, wanted) in [
            ("cmd: [git, pull]\n", vec![" [git, pull]", "git pull"]),
            ("[git]\na = 1\n", vec![" 1"]),
            ("a: |\n  git pull\n\n  hg pull\nb: 2\n", vec!["git pull", "hg pull", " 2"]),
            ("- run: >-\n    svn up\n  b: 2\n", vec!["svn up", " 2"]),
            ("- |\n  svn up\n- b\n", vec!["svn up", "b"]),
            ("a = \"\"\"\ngit pull\n\"\"\"\nb = 2\n", vec!["", "git pull", "", " 2"]),
            ("{\"a\": [\"file\", \"-b\"]}\n", vec!["file", "-b", "file -b"]),
        ] {
            assert_eq!(commands_in_values(text), wanted, "{text}");
        }
        let paths: Vec<&str> =
            whole_paths("{\"a\": \"/usr/bin/identify -x\"}\n# /bin/ps\nb=/opt/bin/x\n").collect();
        assert_eq!(paths, ["identify"]);
    }

    #[test]
    fn keys_say_which_values_are_programs() {
        for text in [
            "tools:\n  a: file\n",
            "{\"tools\": {\"a\": \"file\"}}\n",
            "[tools]\na = file\n",
            "FILE_BIN=file\n",
            "fileCommand: 'file'\n",
            "file: file\n",
            "cmd: file a.txt\n",
            "cmd: [file, a.txt]\n",
        ] {
            assert!(named_tools(text).contains(&"file"), "{text}");
        }
        for text in ["a: file\n", "tools:\n  a: 1\nb: file\n", "combine: file\n"] {
            assert!(!named_tools(text).contains(&"file"), "{text}");
        }
    }
}

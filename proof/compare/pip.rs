//! Whether pip is told by more than its words: by files of settings, by `pip config`, and by variables
//! (<https://pip.pypa.io/en/stable/topics/configuration/>).

use crate::program::Call;
use crate::shell::readable;

/// Variables by which it installs elsewhere or more.
const VARIABLES: &[&str] = &["PIP_EDITABLE", "PIP_REQUIREMENT", "PIP_SRC", "PIP_TARGET"];

/// What settings may say without that: how packages are fetched, and what is printed.
const FETCHES: &[&str] = &[
    "index",
    "url",
    "host",
    "timeout",
    "retries",
    "proxy",
    "cert",
    "cache",
    "check",
    "color",
    "quiet",
    "verbose",
    "input",
    "bar",
    "binary",
    "compile",
    "pre",
    "packages",
    "action",
    "feature",
    "deprecated",
    "links",
    "hashes",
    "isolation",
    "provider",
    "log",
    "strategy",
    "format",
    "installed",
    "location",
    "pep517",
];

/// Whether a variable of this name leads it elsewhere.
pub(super) fn is_led_by(name: &str) -> bool {
    VARIABLES.contains(&name)
}

/// Whether the text of a file of settings says no more than how packages are fetched.
pub(super) fn only_fetches(text: &str) -> bool {
    text.lines().all(|line| {
        let inside = line.starts_with(char::is_whitespace);
        let line = line.trim();
        if inside || line.is_empty() || line.starts_with(['#', ';', '[']) {
            return true;
        }
        line.split_once(['=', ':'])
            .is_some_and(|(name, value)| says_no_more(name.trim(), value.trim()))
    })
}

fn says_no_more(name: &str, value: &str) -> bool {
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or(name);
    let whole = name.replace('_', "-");
    let dir = whole.ends_with("cache-dir") || whole.ends_with("client-cert");
    dir || FETCHES.contains(&last)
        || matches!(&*value.to_ascii_lowercase(), "no" | "false" | "0" | "off")
}

/// Whether a call may write settings that say more.
pub(super) fn sets_more(call: &Call<'_>) -> bool {
    let words: Vec<String> = call.words.iter().map(|word| readable(word)).collect();
    let config = words.windows(2).position(|two| two == ["config", "set"]);
    if let Some(at) =
        config.filter(|_| words[0].contains("pip") || words.iter().any(|it| it == "pip"))
    {
        let mut operands = words[at + 2..].iter().filter(|word| !word.starts_with('-'));
        let name = operands.next().map_or("", String::as_str);
        let value = operands.next().map_or("", String::as_str);
        return !says_no_more(name, value);
    }
    let flags = call.redirects.iter().map(|text| readable(text));
    let named = words.iter().cloned().chain(flags).any(|text| text.contains("pip.conf"));
    let copies = matches!(words.first().map(String::as_str), Some("cp" | "mv" | "ln" | "install"));
    let leads = [
        "constraint",
        "editable",
        "prefix",
        "python",
        "requirement",
        "root",
        "src",
        "target",
        "user",
    ];
    let sets = |word: &String| {
        let mut lines = word.split("\\n").flat_map(|line| line.split(['\n', ' ']));
        lines.any(|line| {
            let name = line.split(['=', ':']).next().unwrap_or(line).trim();
            leads.contains(&name)
        })
    };
    named && !copies && words.iter().any(sets)
}

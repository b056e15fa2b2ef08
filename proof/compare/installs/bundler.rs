//! bundler: a Gemfile, which is a script, and its lockfile.
//!
//! <https://bundler.io/man/gemfile.5.html>, <https://bundler.io/man/bundle-config.1.html>

use super::super::folders::absolute;
use super::{Files, Install};
use crate::shell::plain;

/// All that a Gemfile may say to be followed, but for texts, numbers and the names of groups.
const KNOWN: &[&str] = &[
    "ENV",
    "RUBY_ENGINE",
    "RUBY_PLATFORM",
    "RUBY_VERSION",
    "bitbucket",
    "branch",
    "do",
    "else",
    "end",
    "engine",
    "engine_version",
    "false",
    "fetch",
    "force_ruby_platform",
    "gem",
    "gist",
    "git",
    "git_source",
    "github",
    "glob",
    "group",
    "groups",
    "if",
    "install_if",
    "nil",
    "optional",
    "patchlevel",
    "platform",
    "platforms",
    "ref",
    "require",
    "ruby",
    "source",
    "submodules",
    "tag",
    "true",
    "unless",
];

/// What a call of bundler touches.
pub(super) fn bundler(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let mut operands = Vec::new();
    let (mut frozen, mut deployed, mut path) = (false, false, None);
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
        match name {
            "--deployment" => deployed = true,
            "--frozen" => frozen = true,
            "--quiet" | "--no-cache" | "--verbose" | "--no-color" => {}
            "--path" => path = Some(value.or_else(|| rest.next())?.to_owned()),
            "--jobs" | "--retry" | "--without" | "--with" | "-j" => {
                value.or_else(|| rest.next())?;
            }
            _ if word.starts_with("-j") && word[2..].parse::<u8>().is_ok() => {}
            "--local" | "--global" if operands.first() == Some(&"config") => {}
            _ if word.starts_with('-') => return None,
            _ => operands.push(word),
        }
    }
    if operands.first() == Some(&"config") {
        // Looked at where something is installed.
        let here = absolute(here, "", None)?;
        return setting(&operands)
            .map(|_| Install { fills: own_settings(&here, files), ..Install::default() });
    }
    if !matches!(operands[..], [] | ["install"]) {
        return None;
    }
    let here = absolute(here, "", None)?;
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    if [".bundle", "gems.rb"].iter().any(|name| files.exists(&at(name))) || is_configured(files) {
        return None;
    }
    let names =
        ["Gemfile", "Gemfile.lock", "gems.rb", ".bundle", ".ruby-version", ".tool-versions"];
    if (1..here.len())
        .rev()
        .filter(|end| here.as_bytes()[*end] == b'/')
        .chain([0])
        .any(|end| names.iter().any(|name| files.exists(&format!("{}/{name}", &here[..end]))))
    {
        return None;
    }
    for call in files.calls() {
        let words: Option<Vec<&str>> = call.words.iter().map(|word| plain(word)).collect();
        let is_bundler = call
            .words
            .first()
            .is_some_and(|word| matches!(word.rsplit('/').next(), Some("bundle" | "bundler")));
        let configures = call.words.iter().any(|word| word == "config");
        if !is_bundler || !configures {
            continue;
        }
        let words = words?;
        let operands: Vec<&str> =
            words[1..].iter().filter(|word| !word.starts_with("--")).copied().collect();
        let (key, value) = setting(&operands)?;
        let on = !matches!(value, "false" | "0" | "");
        match key {
            // What is switched off again may be either.
            "frozen" | "deployment" if !on => return None,
            "frozen" => frozen = true,
            "deployment" => deployed = true,
            "path" => path = Some(value.to_owned()),
            _ => {}
        }
    }
    let on = |name: &str| {
        let value = files.variable(name);
        value.is_some_and(|value| !matches!(value, "false" | "0" | "" | "f" | "n" | "no"))
    };
    deployed |= on("BUNDLE_DEPLOYMENT");
    frozen |= deployed || on("BUNDLE_FROZEN");
    let variable = files.variable("BUNDLE_PATH").map(str::to_owned);
    only_gems(files.text(&at("Gemfile"))?)?;
    let mut install = Install { manifests: vec![at("Gemfile")], ..Install::default() };
    let lock = at("Gemfile.lock");
    if files.exists(&lock) {
        if !frozen || !only_remote(files.text(&lock)?) {
            return None;
        }
        install.manifests.push(lock);
    } else {
        install.writes.push(lock);
    }
    for name in [".ruby-version", ".tool-versions"] {
        install.manifests.extend(Some(at(name)).filter(|place| files.exists(place)));
    }
    install.fills = own_settings(&here, files);
    for path in path.iter().chain(&variable) {
        install.fills.push(absolute(path, &here, None)?);
    }
    if path.is_none() && variable.is_none() && (deployed || !is_official(files)) {
        install.fills.push(at("vendor/bundle"));
    }
    Some(install)
}

/// The official images keep settings beside the gems, in /usr/local/bundle.
fn is_official(files: &impl Files) -> bool {
    let name = files.image();
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    (name == "ruby" || name.starts_with("ruby:")) && files.variable("BUNDLE_APP_CONFIG").is_none()
}

fn own_settings(here: &str, files: &impl Files) -> Vec<String> {
    if is_official(files) {
        Vec::new()
    } else {
        vec![format!("{}/.bundle", here.trim_end_matches('/'))]
    }
}

/// Whether a file of settings is copied to where bundler finds it.
fn is_configured(files: &impl Files) -> bool {
    ["/usr/local/bundle/config", "/root/.bundle/config"].iter().any(|place| files.exists(place))
}

/// A setting that `bundle config` makes, if it leads to no file.
fn setting<'w>(operands: &[&'w str]) -> Option<(&'w str, &'w str)> {
    let (key, value) = match *operands {
        ["config", "set", key, value, ..] | ["config", key, value, ..] => (key, value),
        _ => return None,
    };
    let known = [
        "without",
        "with",
        "jobs",
        "retry",
        "frozen",
        "deployment",
        "clean",
        "force_ruby_platform",
        "silence_root_warning",
        "timeout",
        "no-cache",
        "disable_shared_gems",
        "ignore_messages",
        "ssl_verify_mode",
        "specific_platform",
        "path",
        "system",
        "path.system",
    ];
    (known.contains(&key) || key.starts_with("build.")).then_some((key, value))
}

/// Whether a Gemfile says nothing but which gems there shall be.
fn only_gems(text: &str) -> Option<()> {
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        let address =
            line.starts_with("git_source(:github)") && line.contains("\"https://github.com/#{");
        let words: Vec<&str> = line.split_whitespace().collect();
        let version = matches!(
            words[..],
            ["ruby", "file:", "\".ruby-version\"" | "'.ruby-version'" | "\".tool-versions\""]
        );
        if address || version {
            continue;
        }
        words_are_known(line)?;
    }
    Some(())
}

/// Whether a line has only known words, and texts that name no file.
fn words_are_known(line: &str) -> Option<()> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'#' => return Some(()),
            quote @ (b'"' | b'\'') => {
                at += 1 + line[at + 1..].find(quote as char)?;
                let inside = &line[start + 1..at];
                let file = inside.starts_with(['.', '/'])
                    || inside.starts_with("~/")
                    || inside.starts_with("file:");
                if file || inside.contains(['#', '\\']) || bytes.get(at + 1) == Some(&b':') {
                    return None;
                }
                at += 1;
            }
            b'%' => {
                let inside =
                    line[at..].strip_prefix("%w[").or_else(|| line[at..].strip_prefix("%i["))?;
                let end = inside.find(']')?;
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _-".contains(&byte);
                if !inside[..end].bytes().all(plain) {
                    return None;
                }
                at += 3 + end + 1;
            }
            byte if byte == b':' || byte == b'_' || byte.is_ascii_alphabetic() => {
                at += usize::from(byte == b':');
                let from = at;
                while at < bytes.len() && (bytes[at] == b'_' || bytes[at].is_ascii_alphanumeric()) {
                    at += 1;
                }
                let word = &line[from..at];
                let option = line[at..].trim_start().starts_with("=>");
                let name = byte == b':' && !option && !word.is_empty();
                if !name && !KNOWN.contains(&word) {
                    return None;
                }
                at += usize::from(byte != b':' && bytes.get(at) == Some(&b':'));
            }
            byte if byte.is_ascii_digit() || b" \t,=>[](){}&|.?!<~".contains(&byte) => at += 1,
            _ => return None,
        }
    }
    Some(())
}

/// Whether a lockfile has gems of servers alone.
fn only_remote(text: &str) -> bool {
    !text.lines().any(|line| {
        let remote = line.trim_start().strip_prefix("remote: ");
        line == "PATH"
            || line == "PLUGIN SOURCE"
            || remote.is_some_and(|remote| !remote.contains("://") && !remote.contains('@'))
    })
}

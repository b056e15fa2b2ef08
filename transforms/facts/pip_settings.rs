//! What tells pip to install elsewhere, or more, beside its arguments: files of settings, `pip config`, and variables.
//!
//! <https://pip.pypa.io/en/stable/topics/configuration/>

use dockslim_contract::BuildContext;
use dockslim_syntax::{Dockerfile, Keyword};

use super::{BuildStep, copy_words};

/// Settings that change neither what is installed nor where.
const HARMLESS: &[&str] = &[
    "break-system-packages",
    "cache-dir",
    "cert",
    "client-cert",
    "compile",
    "default-timeout",
    "disable-pip-version-check",
    "exists-action",
    "extra-index-url",
    "find-links",
    "format",
    "ignore-installed",
    "index",
    "index-url",
    "keyring-provider",
    "log",
    "no-binary",
    "no-build-isolation",
    "no-cache-dir",
    "no-color",
    "no-compile",
    "no-index",
    "no-input",
    "no-warn-script-location",
    "only-binary",
    "pre",
    "prefer-binary",
    "progress-bar",
    "proxy",
    "quiet",
    "require-hashes",
    "retries",
    "root-user-action",
    "timeout",
    "trusted-host",
    "upgrade-strategy",
    "use-deprecated",
    "use-feature",
    "use-pep517",
    "verbose",
];

/// Settings that lead elsewhere, as words of a script that writes them.
const LEADS: &[&str] =
    &["constraint", "editable", "prefix", "python", "requirement", "root", "src", "target", "user"];

/// Whether a setting leaves pip where it is, and its packages as they are.
fn is_harmless(name: &str, value: &str) -> bool {
    let off = ["0", "false", "no", "off"];
    HARMLESS.contains(&name.replace('_', "-").as_str()) || off.contains(&&*value.to_lowercase())
}

/// The first setting of a file that may lead pip elsewhere.
fn leading(text: &str) -> Option<&str> {
    let lines = text.lines().filter(|line| {
        let bare = line.trim();
        // What is indented goes on with the value above it.
        !bare.is_empty() && !line.starts_with([' ', '\t']) && !bare.starts_with(['#', ';', '['])
    });
    let mut settings = lines.map(|line| line.split_once(['=', ':']).unwrap_or((line, "")));
    settings
        .find(|(name, value)| !is_harmless(name.trim(), value.trim()))
        .map(|(name, _)| name.trim())
}

/// What may lead pip to install elsewhere than it does by itself, in words; `steps` are those of a build up to its call.
pub(crate) fn leads_pip<'s, 't: 's>(
    dockerfile: &Dockerfile<'t>,
    context: Option<&BuildContext>,
    steps: impl Iterator<Item = &'s BuildStep<'t>>,
) -> Option<String> {
    let name_of = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let mut names = vec!["pip.conf".to_owned()];
    let mut sources: Vec<String> = Vec::new();
    for step in steps {
        let text = step.text(dockerfile);
        match step.instruction.kind {
            Keyword::Run => {
                if let Some(message) = written(step, &text) {
                    return Some(message);
                }
            }
            Keyword::Copy | Keyword::Add if text.contains("pip.conf") => {
                let words = copy_words(dockerfile, step.instruction);
                let (Some(target), false) = (words.last(), text.contains("--from")) else {
                    return Some("a COPY brings pip.conf from elsewhere".to_owned());
                };
                if target.ends_with("pip.conf") {
                    sources.extend(words[..words.len() - 1].iter().map(|word| word.to_string()));
                }
            }
            _ => {}
        }
        for setting in step.state.settings.iter().filter(|one| one.name == "PIP_CONFIG_FILE") {
            let value = setting.value.as_deref().unwrap_or("$").trim_matches('"');
            if value.contains('$') {
                return Some("PIP_CONFIG_FILE names a file that is not known".to_owned());
            }
            if value != "/dev/null" {
                names.push(name_of(value));
            }
        }
    }
    let of_context = |path: &str| names.contains(&name_of(path));
    let files =
        context.into_iter().flat_map(BuildContext::entries).map(|(path, _)| path.to_owned());
    let mut found: Vec<String> = files.filter(|path| of_context(path)).collect();
    let bare = |source: &String| source.trim_start_matches("./").trim_start_matches('/').to_owned();
    found.extend(sources.iter().map(bare));
    let known =
        |name: &String| name == "pip.conf" || found.iter().any(|path| name_of(path) == *name);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Some(format!("what `{name}` says, which PIP_CONFIG_FILE names, is not known"));
    }
    found.into_iter().find_map(|path| match context.and_then(|context| context.text(&path)) {
        None => Some(format!("what `{path}` says is not known")),
        Some(text) => leading(text).map(|name| format!("`{path}` sets `{name}` for pip")),
    })
}

/// What a RUN writes into settings of pip that may lead it elsewhere.
fn written(step: &BuildStep<'_>, text: &str) -> Option<String> {
    for command in step.content.commands() {
        let words: Vec<&str> =
            command.words.iter().map(|word| word.as_deref().unwrap_or("$")).collect();
        let Some(at) = words.windows(2).position(|two| *two == ["config", "set"]) else { continue };
        let mut operands = words[at + 2..].iter().filter(|word| !word.starts_with('-'));
        let name = operands.next().and_then(|key| key.rsplit('.').next()).unwrap_or_default();
        let value = operands.next().copied().unwrap_or_default();
        let pip = words[..at]
            .iter()
            .any(|word| word.rsplit('/').next().is_some_and(|one| one.starts_with("pip")));
        if pip && !is_harmless(name, value) {
            return Some(format!("`pip config` sets `{name}`"));
        }
    }
    let sets = |name: &&&str| {
        text.match_indices(**name).any(|(at, _)| {
            let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let behind = text[at + name.len()..].trim_start_matches([' ', '\t']);
            let front = &text[..at];
            let apart = !front.ends_with(part) || front.ends_with("\\n");
            apart && behind.starts_with(['=', ':'])
        })
    };
    let name = LEADS.iter().find(sets).filter(|_| text.contains("pip.conf"));
    name.map(|name| format!("a RUN may set `{name}` in pip.conf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_lead_elsewhere() {
        let harmless = "[global]\nindex-url = https://host/simple\n    https://other\ntrusted_host=host\n; x\nuser = no\n";
        assert_eq!(leading(harmless), None);
        assert_eq!(leading("[install]\ntarget=/app/lib\n"), Some("target"));
        assert_eq!(leading("[install]\nuser = true\n"), Some("user"));
        assert_eq!(leading("[install]\nno-such = true\n"), Some("no-such"));
    }
}

//! What manifests of hosts start in the container beside its web server.
//!
//! Sources: Heroku, "heroku.yml", "Procfile"; Fly, "fly.toml"; Kubernetes, "Container v1 core"; Compose specification, "command".

use super::super::launch::{base_name, is_shell};
use super::super::subject::Subject;
use super::servers::WebServer;
use crate::facts::{arguments_of_deployment, commands_of_deployment, is_compose};

/// A manifest that starts something else than what the image itself starts.
pub(super) fn otherwise<'s>(subject: &'s Subject<'_, '_>, server: &WebServer) -> Option<&'s str> {
    let own: Vec<Vec<String>> = subject
        .launch
        .commands
        .iter()
        .map(|words| split(&words.iter().flatten().cloned().collect::<Vec<_>>().join(" ")))
        .collect();
    let told = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (program, rest) = words.split_first()?;
        (server.told)(rest).filter(|_| server.starts(program))
    };
    let same = |line: &String| {
        let words = split(line);
        let shell = words.first().is_some_and(|word| is_shell(base_name(word)));
        let start = if shell && words.get(1).is_some_and(|word| word == "-c") { 2 } else { 0 };
        let exec = words.get(start).is_some_and(|word| word == "exec");
        let words = &words[start + usize::from(exec)..];
        let waits = words.len() == 2 && words[0] == "sleep";
        let alike = || {
            let told = told(words);
            told.is_some() && own.iter().any(|own| self::told_alike(&told, own, server))
        };
        words.is_empty() || waits || own.iter().any(|own| own == words) || alike()
    };
    let context = subject.context?;
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        let starts = context.text(path).map(|text| starts(path, text)).unwrap_or_default();
        !starts.iter().all(same)
    })
}

/// Whether a command of the image tells the server what another one tells it.
fn told_alike(told: &Option<super::servers::Told>, own: &[String], server: &WebServer) -> bool {
    let words: Vec<&str> = own.iter().skip(1).map(String::as_str).collect();
    own.first().is_some_and(|program| server.starts(program)) && (server.told)(&words) == *told
}

fn split(text: &str) -> Vec<String> {
    let plain = text.replace(['[', ']', '"', '\'', ','], " ");
    plain.split_whitespace().map(str::to_owned).collect()
}

/// The commands that a manifest says for containers, each as one text.
fn starts(path: &str, text: &str) -> Vec<String> {
    let name = base_name(path);
    let owned = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    match name {
        "Procfile" => behind_colons(text.lines()),
        "heroku.yml" => behind_colons(of_sections(text, &["run:", "release:"])),
        "fly.toml" => of_fly(text),
        // Editors start a shell in what they build.
        "devcontainer.json" if text.contains("ockerfile") => vec!["an editor".to_owned()],
        _ if is_compose(name) => of_overrides(text),
        _ => {
            let commands = commands_of_deployment(path, text).unwrap_or_default();
            let mut found = owned(&commands);
            found.extend(owned(&arguments_of_deployment(path, text).unwrap_or_default()));
            found
        }
    }
}

/// The lines below some keys of YAML that begin a line.
fn of_sections<'t>(text: &'t str, keys: &'t [&str]) -> impl Iterator<Item = &'t str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        if !line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            inside = keys.contains(&line.trim_end());
            return false;
        }
        inside
    })
}

/// What stands behind names in front of colons, and in entries of lists.
fn behind_colons<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<String> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let values = lines.filter_map(|line| match line.strip_prefix("- ") {
        Some(entry) => Some(entry),
        None => line.split_once(':').filter(|(key, _)| *key != "image").map(|(_, value)| value),
    });
    values.map(str::to_owned).collect()
}

/// The processes of fly.toml, and what it starts besides.
fn of_fly(text: &str) -> Vec<String> {
    let mut section = "";
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let named = ["cmd", "command", "entrypoint", "release_command"].contains(&key.trim());
            if named || section == "[processes]" {
                found.push(value.to_owned());
            }
        }
    }
    found
}

/// Commands of services that have neither an image nor a build of their own: they are those of another file.
fn of_overrides(text: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> =
        lines.skip_while(|line| !line.starts_with("services:")).skip(1).collect();
    let Some(outer) = lines.first().map(|line| indent(line)) else { return Vec::new() };
    let services = lines.chunk_by(|_, next| indent(next) > outer);
    let own = |service: &&[&str]| {
        let has = |key: &str| service.iter().any(|line| line.trim_start().starts_with(key));
        !has("image:") && !has("build:")
    };
    let starts = |line: &&&str| {
        ["command:", "entrypoint:"].iter().any(|key| line.trim_start().starts_with(key))
    };
    let lines = services.filter(own).flatten().filter(starts);
    lines.map(|line| format!("compose {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::starts;

    #[test]
    fn commands_of_hosts() {
        let text = "build:\n  docker:\n    web: Dockerfile\nrun:\n  links: python x.py\n";
        assert_eq!(starts("heroku.yml", text), [" python x.py"]);
        let text = "app = \"x\"\n[processes]\nworker = \"python w.py\"\n[vm]\nsize = \"a\"\n";
        assert_eq!(starts("fly.toml", text), [" \"python w.py\""]);
        let text = "services:\n  a:\n    image: db\n    command: x\n  b:\n    command: y\n";
        assert_eq!(starts("compose.dev.yml", text), ["compose     command: y"]);
    }
}

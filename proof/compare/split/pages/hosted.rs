//! What hosts start in a container whose image serves pages: nothing but this server.
//!
//! Sources: the references of heroku.yml, Procfile, fly.toml and of Compose's services.

use crate::compare::deployed;
use crate::compare::split::runtime::Runtime;
use crate::compare::split::started::commands;

impl Runtime<'_, '_> {
    /// The words that a manifest starts besides.
    pub(super) fn hosts_start_this_alone(&self) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        let mut all = deployed::commands(context);
        all.extend(deployed::arguments(context));
        let images = images_of_builds(self);
        for (path, _) in context.entries() {
            let Some(text) = context.text(path) else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            let lines: Vec<String> = match name {
                "Procfile" => text.lines().filter_map(|line| value(line, ':')).collect(),
                "heroku.yml" => of_heroku(text),
                "fly.toml" => of_fly(text),
                _ if is_compose(name) => of_compose(text, &images),
                _ => continue,
            };
            all.extend(lines.iter().map(|line| words(line)));
        }
        let own: Vec<Vec<String>> = self.new.configuration.starts()[..2]
            .iter()
            .flatten()
            .flat_map(|start| commands(start))
            .map(|start| words(&start.join(" ")))
            .collect();
        let server = self.server();
        let same = |line: &Vec<String>| {
            let shell = matches!(line.first().map(String::as_str), Some("/bin/sh" | "bash" | "sh"));
            let line =
                if shell && line.get(1).is_some_and(|it| it == "-c") { &line[2..] } else { line };
            let line = line.strip_prefix(&["exec".to_owned()]).unwrap_or(line);
            let named = |line: &[String]| {
                let rest: Vec<&str> = line.iter().skip(1).map(String::as_str).collect();
                let started = super::Server::started(line)?;
                server
                    .filter(|own| std::ptr::eq(*own, started))
                    .and_then(|own| (own.command)(&rest))
            };
            line.is_empty()
                || own.iter().any(|own| own == line)
                || line.len() == 2 && line[0] == "sleep"
                || named(line)
                    .is_some_and(|it| own.iter().any(|own| named(own) == Some(it.clone())))
        };
        match all.iter().find(|line| !same(line)) {
            None => Ok(()),
            Some(line) => Err(format!("a manifest starts `{}` in the container", line.join(" "))),
        }
    }
}

fn is_compose(name: &str) -> bool {
    name.contains("compose") && [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

/// The words of a command, be it a list or a text.
fn words(text: &str) -> Vec<String> {
    let cut = |c: char| c.is_whitespace() || "[]\"',".contains(c);
    text.split(cut).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn value(line: &str, sign: char) -> Option<String> {
    let (key, value) = line.split_once(sign)?;
    (!key.trim_start().starts_with('#')).then(|| value.trim().to_owned())
}

fn of_heroku(text: &str) -> Vec<String> {
    let mut starts = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_alphabetic()) {
            starts = line.starts_with("run") || line.starts_with("release");
        } else if starts {
            let entry = line.trim().strip_prefix("- ").map(str::to_owned);
            let named = || value(line, ':').filter(|_| !line.trim().starts_with("image"));
            found.extend(entry.or_else(named));
        }
    }
    found
}

fn of_fly(text: &str) -> Vec<String> {
    let mut processes = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with('[') {
            processes = line.contains("[processes]");
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        if processes || matches!(key, "cmd" | "command" | "entrypoint" | "release_command") {
            found.extend(value(line, '='));
        }
    }
    found
}

/// The lines of each service.
fn services(text: &str) -> Vec<Vec<&str>> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut inside = false;
    let mut first = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if depth(line) == 0 {
            inside = line.starts_with("services:");
            continue;
        }
        if !inside {
            continue;
        }
        let outer = *first.get_or_insert(depth(line));
        match found.last_mut().filter(|_| depth(line) > outer) {
            Some(service) => service.push(line),
            None => found.push(vec![line]),
        }
    }
    found
}

fn image(service: &[&str]) -> Option<String> {
    service.iter().find_map(|line| value(line, ':').filter(|_| line.trim().starts_with("image:")))
}

fn is_built(service: &[&str]) -> bool {
    service.iter().any(|line| line.trim().starts_with("build:") || line.contains("{build:"))
}

/// The names that compose files give to images which they build.
fn images_of_builds(runtime: &Runtime<'_, '_>) -> Vec<String> {
    let Some(context) = runtime.context else { return Vec::new() };
    let files = context.entries().filter(|(path, _)| is_compose(path));
    let texts = files.filter_map(|(path, _)| context.text(path));
    texts
        .flat_map(services)
        .filter(|service| is_built(service))
        .filter_map(|service| image(&service))
        .collect()
}

/// The commands of services that have an image which is built here, or say none.
fn of_compose(text: &str, images: &[String]) -> Vec<String> {
    let own = |service: &Vec<&str>| match image(service) {
        Some(image) => is_built(service) || images.contains(&image),
        None => true,
    };
    let mut found = Vec::new();
    for service in services(text).into_iter().filter(own) {
        for (at, line) in service.iter().enumerate() {
            let Some((_, rest)) =
                line.split_once("command:").or_else(|| line.split_once("entrypoint:"))
            else {
                continue;
            };
            let entries = service[at + 1..].iter().map_while(|next| next.trim().strip_prefix("- "));
            let all: Vec<&str> = [rest.trim_end_matches('}')].into_iter().chain(entries).collect();
            found.push(all.join(" "));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{of_compose, of_fly, of_heroku};

    #[test]
    fn commands_of_manifests() {
        let text = "build:\n  docker:\n    web: Dockerfile\nrun:\n  links: python x.py\n";
        assert_eq!(of_heroku(text), ["python x.py"]);
        assert!(of_fly("app = \"x\"\n[vm]\nsize = \"a\"\n").is_empty());
        let text = "services:\n  a:\n    image: i\n    command:\n      - x\n      - y\n  b:\n    image: j\n    command: z\n";
        assert_eq!(of_compose(text, &["i".to_owned()]), [" x y"]);
    }
}

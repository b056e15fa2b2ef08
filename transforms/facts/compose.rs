//! What compose files say of the containers of images that are built here.

use dockslim_contract::BuildContext;

/// Whether a file describes how containers are run.
pub(crate) fn is_compose(name: &str) -> bool {
    name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// The compose file of a context that gives the container of an image built here a command or a health check.
pub(crate) fn compose_with_commands(context: &BuildContext) -> Option<&str> {
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        is_compose(path.rsplit('/').next().unwrap_or(path))
            && context.text(path).is_some_and(|text| !commands_of_compose(text).trim().is_empty())
    })
}

/// The commands and health checks of the services that are built here, as the Compose specification has them.
pub(crate) fn commands_of_compose(text: &str) -> String {
    let mut commands = String::new();
    for line in shared(text) {
        commands.push_str(&in_flow(line));
    }
    for service in built(text) {
        let mut key: Option<usize> = None;
        for line in service {
            let inner = |key: usize| {
                indent(line) > key || (indent(line) == key && line.trim_start().starts_with('-'))
            };
            if !key.is_some_and(inner) {
                let keys = ["command:", "entrypoint:", "test:"];
                let begins = keys.iter().any(|name| line.trim_start().starts_with(name));
                key = begins.then(|| indent(line));
            }
            if key.is_none() && line.contains('{') {
                commands.push_str(&in_flow(line));
            }
            if key.is_some() {
                let line = line.trim_start().trim_start_matches("- ");
                commands.push_str(line.split_once(": ").map_or(line, |(_, command)| command));
                commands.push('\n');
            }
        }
    }
    commands
}

/// Whether the variable of the zone of time is set for a service that is built here, or handed on to it (the same, `environment`).
pub(crate) fn zone_of_compose(text: &str) -> bool {
    let sets = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || "{}[],\"'".contains(c));
        let mut words = words.filter(|word| !word.is_empty());
        words.any(|word| matches!(word, "TZ:" | "TZ") || word.starts_with("TZ="))
    };
    let services = built(text);
    !services.is_empty() && services.into_iter().flatten().chain(shared(text)).any(sets)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What services share: it stands in front of them.
fn shared(text: &str) -> Vec<&str> {
    if !text.contains("<<:") {
        return Vec::new();
    }
    let lines = text.lines().skip_while(|line| !line.starts_with("x-"));
    lines.take_while(|line| !line.starts_with("services:")).collect()
}

/// The lines of each service that is built here, or has the image of one that is.
fn built(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().skip_while(|line| !line.starts_with("services:")).skip(1);
    let body: Vec<&str> = lines
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .take_while(|line| line.starts_with([' ', '\t']))
        .collect();
    let Some(outer) = body.first().map(|line| indent(line)) else { return Vec::new() };
    let is_built = |line: &&str| {
        line.trim_start().starts_with("build") || line.contains('{') && line.contains("build:")
    };
    let services: Vec<&[&str]> = body.chunk_by(|_, next| indent(next) > outer).collect();
    let image = |service: &&[&str]| {
        let mut lines = service.iter();
        lines
            .find_map(|line| line.trim_start().strip_prefix("image:"))
            .map(str::trim)
            .map(str::to_owned)
    };
    let here = |service: &&&[&str]| service.iter().any(&is_built);
    let own: Vec<String> = services.iter().filter(here).filter_map(image).collect();
    let counts = |service: &&&[&str]| {
        here(service) || image(service).is_some_and(|image| own.contains(&image))
    };
    services.iter().filter(counts).map(|service| service.to_vec()).collect()
}

/// The commands in a line of YAML in its flow style, each on a line: `healthcheck: {test: ["CMD", "curl"]}`.
fn in_flow(line: &str) -> String {
    let keys = ["command:", "entrypoint:", "test:"];
    let found = keys.iter().filter_map(|key| line.split_once(key)).map(|(_, rest)| {
        let rest = rest.trim();
        let end = if rest.starts_with('[') { rest.find(']') } else { rest.find([',', '}']) };
        format!("{}\n", &rest[..end.map_or(rest.len(), |end| end + 1)])
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_that_are_built_here_count() {
        let text = "services:\n  db:\n    image: db\n    command: git\n  web:\n    build: .\n    \
                    healthcheck:\n      test:\n        - CMD\n        - curl\n    ports:\n      - 80\nvolumes:\n  a:\n";
        assert_eq!(commands_of_compose(text), "test:\nCMD\ncurl\n");
        let text = "services:\n  web:\n    build: .\n    command: [\"git\"]\n    image: a\n";
        assert_eq!(commands_of_compose(text), "[\"git\"]\n");
        let text = "services:\n  web:\n    build: .\n    image: a\n  check:\n    image: a\n    command: ls\n  db:\n    image: b\n    command: no\n";
        assert_eq!(commands_of_compose(text), "ls\n");
        let text = "services:\n  web: {build: ., healthcheck: {test: [CMD, curl]}}\n";
        assert_eq!(commands_of_compose(text), "[CMD, curl]\n");
    }

    #[test]
    fn zones_count_for_services_that_are_built_here() {
        let service = |name: &str, kind: &str, rest: &str| {
            format!("services:\n  {name}:\n    {kind}\n    environment:\n      {rest}\n")
        };
        for rest in ["- TZ=Asia/Tokyo", "TZ: Asia/Tokyo", "- \"TZ=Asia/Tokyo\"", "- TZ"] {
            assert!(zone_of_compose(&service("web", "build: .", rest)), "{rest}");
            assert!(!zone_of_compose(&service("db", "image: postgres", rest)), "{rest}");
        }
        let other = "services:\n  web:\n    build: .\n    environment:\n      A: ${TZ:-UTC}\n";
        assert!(!zone_of_compose(other));
    }
}

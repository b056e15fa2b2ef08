//! What manifests of those who run containers say of the commands in them: Kubernetes and its charts, Heroku, Fly, Render, editors.

use dockslim_contract::BuildContext;

/// Parts of the names of images that are made by others: what their containers start says nothing of ours.
const OF_OTHERS: &[&str] = &[
    "alpine",
    "bitnami",
    "busybox",
    "curl",
    "elasticsearch",
    "envoy",
    "fluent",
    "grafana",
    "istio",
    "kafka",
    "kubectl",
    "mariadb",
    "memcached",
    "minio",
    "mongo",
    "mysql",
    "nginx",
    "postgres",
    "prom/",
    "rabbitmq",
    "redis",
    "traefik",
    "zookeeper",
];

/// The commands that a file says for containers, one in a line; `None` if it is no such file, or says none
/// (Kubernetes, "Container v1 core"; Heroku, "heroku.yml"; Fly, "fly.toml"; Render, "Blueprint"; containers.dev, "devcontainer.json").
pub(crate) fn commands_of_deployment(path: &str, text: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let found = match name {
        "heroku.yml" => blocks(text, &["command:", "release:", "web:", "worker:"], false),
        "fly.toml" => values(text, '=', &["release_command", "app", "worker", "command"]),
        "render.yaml" | "render.yml" => values(text, ':', &["dockerCommand", "preDeployCommand"]),
        "devcontainer.json" if text.contains("ockerfile") => {
            values(text, ':', &["postCreateCommand", "postStartCommand", "postAttachCommand"])
        }
        _ if name.ends_with(".yaml") || name.ends_with(".yml") => {
            if !["containers:", "Containers:", "Probe:"].iter().any(|key| text.contains(key)) {
                return None;
            }
            blocks(text, &["command:"], true)
        }
        _ => return None,
    };
    Some(found.join("\n")).filter(|found| !found.trim().is_empty())
}

/// The arguments that a manifest of Kubernetes gives to containers, in place of CMD, one in a line (the same).
pub(crate) fn arguments_of_deployment(path: &str, text: &str) -> Option<String> {
    let kubernetes = path.ends_with(".yaml") || path.ends_with(".yml");
    let found = ["containers:", "Containers:"].iter().any(|key| text.contains(key));
    (kubernetes && found).then(|| blocks(text, &["args:"], true).join("\n"))
}

/// A file that may start containers with words of its own: a call of a tool for them, or arguments in a manifest of Kubernetes.
pub(crate) fn starts_containers(context: &BuildContext) -> Option<&str> {
    const TOOLS: &[&str] = &["compose", "docker", "kubectl", "nerdctl", "podman"];
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let for_people = [".md", ".rst", ".txt"].iter().any(|end| name.ends_with(end))
            || name.starts_with("Dockerfile");
        let Some(text) = context.text(path).filter(|_| !for_people) else { return false };
        let words = |line: &str| -> Vec<String> {
            let letters = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
            line.split(letters).map(str::to_owned).collect()
        };
        let calls = text.lines().map(words).any(|words| {
            let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
            has(TOOLS) && has(&["run", "exec"])
        });
        let given = text.contains("args:") && text.contains("ontainers:");
        calls || given || name == "Procfile"
    })
}

/// A file that starts something else in a container than one of `programs`, by their names.
pub(crate) fn deployed_otherwise<'c>(
    context: &'c BuildContext,
    programs: &[&str],
) -> Option<&'c str> {
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        // Editors start a shell in what they build.
        if path.ends_with("devcontainer.json")
            && context.text(path).is_some_and(|text| text.contains("\"../Dockerfile\""))
        {
            return true;
        }
        let commands = context.text(path).and_then(|text| commands_of_deployment(path, text));
        commands.is_some_and(|commands| {
            let name = |line: &str| {
                let word = line.split_whitespace().next().unwrap_or_default();
                word.rsplit('/').next().unwrap_or(word).to_owned()
            };
            commands.lines().map(name).any(|name| !name.is_empty() && !programs.contains(&&*name))
        })
    })
}

/// The values of keys that stand in one line each.
fn values(text: &str, sign: char, keys: &[&str]) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.split_once(sign));
    let own = lines
        .filter(|(key, _)| keys.contains(&key.trim().trim_start_matches("- ").trim_matches('"')));
    own.map(|(_, value)| bare(value)).collect()
}

/// The lists and texts behind keys of YAML, each as one line; of Kubernetes those of containers with an image of ours.
fn blocks(text: &str, keys: &[&str], of_kubernetes: bool) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let own = line.trim_start().trim_start_matches("- ");
        let Some(key) = keys.iter().find(|key| own.starts_with(**key)) else { continue };
        if of_kubernetes && is_of_others(&lines, at) {
            continue;
        }
        let start = line.len() - own.len();
        let behind = lines[at + 1..].iter().take_while(|next| {
            indent(next) > start || indent(next) == start && next.trim_start().starts_with("- ")
        });
        let behind = behind.map(|next| next.trim_start().trim_start_matches("- "));
        let first = own[key.len()..].trim().trim_start_matches(['|', '>', '-']);
        let words: Vec<String> =
            [first].into_iter().chain(behind).map(bare).filter(|word| !word.is_empty()).collect();
        found.push(words.join(" "));
    }
    found
}

/// Whether a line stands in the entry of a container whose image others have made.
fn is_of_others(lines: &[&str], at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut depth = indent(lines[at]) + usize::from(lines[at].trim_start().starts_with("- "));
    let mut start = at;
    loop {
        // The nearest entry of a list around it.
        let entry = |line: &&str| line.trim_start().starts_with("- ") && indent(line) < depth;
        let Some(place) = lines[..=start].iter().rposition(entry) else { return false };
        depth = indent(lines[place]);
        let inside = lines[place + 1..].iter().take_while(|line| indent(line) > depth);
        let mut all = [&lines[place]].into_iter().chain(inside);
        let image =
            all.find_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("image:"));
        if let Some(image) = image {
            return OF_OTHERS.iter().any(|name| image.contains(name));
        }
        if depth == 0 || place == 0 {
            return false;
        }
        start = place - 1;
    }
}

/// A value without the signs of lists and texts.
fn bare(value: &str) -> String {
    let plain = value.replace(['[', ']', '"', '\'', ','], " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::commands_of_deployment;

    #[test]
    fn commands_of_containers_of_ours() {
        let text = "kind: Pod\nspec:\n  containers:\n  - name: db\n    image: postgres:16\n    command: [sh]\n  - image: me/app\n    \
                    livenessProbe:\n      exec:\n        command:\n        - curl\n        - -f\n    lifecycle: {}\n";
        assert_eq!(commands_of_deployment("k8s/a.yaml", text).as_deref(), Some("curl -f"));
        let text = "[deploy]\n  release_command = \"sh -c 'go run .'\"\n";
        assert_eq!(commands_of_deployment("fly.toml", text).as_deref(), Some("sh -c go run ."));
        assert_eq!(commands_of_deployment("a.yaml", "command: [curl]\n"), None);
    }
}

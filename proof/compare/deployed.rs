//! Commands that manifests of Kubernetes and of other hosts have run in containers.
//!
//! Sources: the reference of Kubernetes' Container; heroku.yml; fly.toml; render.yaml; devcontainer.json.

use dockslim_contract::BuildContext;

/// Images that are known to be somebody else's.
const FOREIGN: &str = "alpine bitnami busybox curl elasticsearch envoy fluent grafana istio kafka kubectl mariadb memcached minio mongo mysql nginx postgres prom/ rabbitmq redis traefik zookeeper";

/// The words of each such command.
pub(super) fn commands(context: &BuildContext) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (path, _) in context.entries() {
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(text) = context.text(path) else { continue };
        let keys: &[&str] = match name {
            "fly.toml" => &["release_command"],
            "render.yaml" => &["dockerCommand", "preDeployCommand"],
            "devcontainer.json" => {
                if text.contains("\"../Dockerfile\"") {
                    found.push(vec!["sh".to_owned()]);
                }
                &["postCreateCommand", "postStartCommand"]
            }
            _ if name.ends_with(".yaml") || name.ends_with(".yml") => {
                if text.contains("ontainers:") || text.contains("Probe:") {
                    of_kubernetes(text, "command:", &mut found);
                }
                continue;
            }
            _ => continue,
        };
        for line in text.lines() {
            let key = line.trim_start().trim_start_matches(['-', ' ', '"']);
            if let Some(rest) = keys.iter().find_map(|one| key.strip_prefix(one)) {
                found.push(split(rest.trim_start_matches(['"', ' ', ':', '='])));
            }
        }
    }
    found.retain(|words| !words.is_empty());
    found
}

/// The words that manifests of Kubernetes give in place of CMD.
pub(super) fn arguments(context: &BuildContext) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (path, _) in context.entries() {
        let yaml = [".yaml", ".yml"].iter().any(|end| path.ends_with(end));
        let text = context.text(path).filter(|text| yaml && text.contains("ontainers:"));
        if let Some(text) = text {
            of_kubernetes(text, "args:", &mut found);
        }
    }
    found.retain(|words| !words.is_empty());
    found
}

fn of_kubernetes(text: &str, key: &str, found: &mut Vec<Vec<String>>) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let depth = |line: &str| line.find(|c| c != ' ').unwrap_or(0);
    for (at, line) in lines.iter().enumerate() {
        let Some((front, value)) = line.split_once(key) else { continue };
        if !front.trim_matches(['-', ' ']).is_empty() {
            continue;
        }
        let own = front.len();
        let mut words = split(value);
        for next in &lines[at + 1..] {
            let item = next.trim_start().starts_with("- ");
            if depth(next) < own || depth(next) == own && !item {
                break;
            }
            words.extend(split(next.trim_start().trim_start_matches("- ")));
        }
        // The image stands in the entry that begins last of those around it.
        let mut foreign = false;
        let mut around = own;
        for place in (0..=at).rev() {
            let line = lines[place];
            let begins = line.trim_start().starts_with("- ");
            if depth(line) >= around + usize::from(place == at) || !begins {
                continue;
            }
            around = depth(line);
            let mut entry = vec![line];
            entry.extend(lines[place + 1..].iter().take_while(|it| depth(it) > around));
            if let Some(image) = entry.iter().find_map(|line| line.split_once("image:")) {
                foreign = FOREIGN.split(' ').any(|name| image.1.contains(name));
                break;
            }
        }
        if !foreign {
            found.push(words);
        }
    }
}

/// The words of a value, be it a list or a text.
fn split(value: &str) -> Vec<String> {
    let cut = |c: char| c.is_whitespace() || "[]\"',|>".contains(c);
    value.split(cut).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

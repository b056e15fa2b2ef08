//! Who starts a container with words of his own: compose files, and calls that scripts and texts of the project hold.
//!
//! Sources: the Compose specification, "services"; the command lines of docker, podman and kubectl.

use dockslim_contract::ContextKind;
use serde_json::Value;

use super::starts::{Behind, parts};

/// Keys of a service by which it runs something else than its image says.
const RUN: &[&str] = &["command:", "entrypoint:", "test:"];

impl Behind<'_, '_> {
    /// Whether whoever starts a container by a file of the project does without what is left out.
    pub(super) fn people(&self) -> Result<(), String> {
        for (path, entry) in self.context.entries() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let skipped = path.contains("node_modules/") || name == "package-lock.json";
            if entry.kind == ContextKind::Folder || skipped {
                continue;
            }
            let Some(text) = self.context.text(path) else { continue };
            if name.contains("compose") && [".yml", ".yaml"].iter().any(|end| name.ends_with(end)) {
                self.services(text).map_err(|why| format!("in `{path}`, {why}"))?;
            }
            if text.contains(" run ") || text.contains(" exec ") {
                for line in text.lines() {
                    self.line(line).map_err(|why| format!("in `{path}`, {why}"))?;
                }
            }
        }
        Ok(())
    }

    /// A compose file, service by service: those whose image is built here.
    fn services(&self, text: &str) -> Result<(), String> {
        let builds = text.lines().any(|line| line.trim_start().starts_with("build"));
        let develops = text.contains("NODE_ENV") && text.contains("dev");
        if builds && develops {
            return Err("NODE_ENV may say that it develops".to_owned());
        }
        let depth = |line: &&str| line.len() - line.trim_start().len();
        let below = text.lines().skip_while(|line| !line.starts_with("services:")).skip(1);
        let below: Vec<&str> = below
            .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .take_while(|line| depth(line) > 0)
            .collect();
        let outermost = below.first().map_or(0, &depth);
        for service in below.chunk_by(|_, next| depth(next) > outermost) {
            if service.iter().any(|line| line.trim_start().starts_with("build")) {
                self.service(service)?;
            }
        }
        Ok(())
    }

    fn service(&self, lines: &[&str]) -> Result<(), String> {
        for (number, line) in lines.iter().enumerate() {
            let Some(key) = RUN.iter().find(|key| line.trim_start().starts_with(**key)) else {
                continue;
            };
            let value = line.trim_start()[key.len()..].trim();
            let below = lines[number + 1..].iter().map(|line| line.trim_start());
            let list: Vec<&str> = below.map_while(|line| line.strip_prefix("- ")).collect();
            let text = if value.is_empty() { list.join(" ") } else { value.to_owned() };
            let text = text.replace(['[', ']', ',', '"', '\''], " ");
            let text = text.trim().trim_start_matches("CMD-SHELL ").trim_start_matches("CMD ");
            self.script(text, 0)?;
        }
        Ok(())
    }

    /// A line that may hold `docker run … npm test`.
    fn line(&self, line: &str) -> Result<(), String> {
        const STARTS: &[&str] = &["docker", "docker-compose", "podman", "nerdctl", "kubectl"];
        const NODE: &[&str] = &["npm", "npx", "yarn", "pnpm", "pnpx", "node"];
        // A script of package.json stands between quotes.
        let unquoted = serde_json::from_str::<Value>(line.trim().trim_end_matches(','));
        let line = unquoted
            .ok()
            .and_then(|text| Some(text.as_str()?.to_owned()))
            .unwrap_or(line.to_owned());
        for words in parts(&line) {
            let plain = |word: &String| word.trim_start_matches(['@', '`', '"']).to_owned();
            let words: Vec<String> = words.iter().map(plain).collect();
            let Some(engine) = words.iter().position(|word| STARTS.contains(&&**word)) else {
                continue;
            };
            let rest = &words[engine + 1..];
            let Some(verb) = rest.iter().position(|word| word == "run" || word == "exec") else {
                continue;
            };
            let inside = &rest[verb + 1..];
            if let Some(word) = inside.iter().find(|word| self.names.means(word)) {
                return Err(format!("`{word}` runs in a container"));
            }
            if let Some(at) = inside.iter().position(|word| NODE.contains(&&**word)) {
                self.command(&inside[at..], 0)?;
            }
        }
        Ok(())
    }
}

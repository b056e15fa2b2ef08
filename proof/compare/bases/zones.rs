//! Time zones that settings outside of the Dockerfile give a container, or a source gives what it starts.
//!
//! Sources: the Compose specification, `environment`; the reference of Kubernetes' Container, `env`; tzset(3).

use dockslim_contract::{BuildContext, ContextKind};

use super::sources::{base, is_own};
use super::uses::Uses;

/// Stands for a zone that is set.
const ZONE: &str = "TZ=";
/// What acts by the time of the zone, and sources of languages that ask the C library for it.
const CLOCKS: &str = " cron crond date ";
const LANGUAGES: &str = " c cc cpp hs lua php pl pm rb rs ru swift ";

impl Uses {
    /// Notes a zone that a source names which starts programs.
    pub(super) fn sets_zone(&mut self, source: &str) {
        let cut = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
        if source.split(cut).any(|word| word == "TZ") {
            self.texts.push(ZONE.to_owned());
        }
    }

    /// Notes a zone that settings of the project give the container, where something of it asks for the time.
    pub(super) fn is_given_zone(&mut self, context: &BuildContext) {
        let entries = || context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
        let of_system = entries().any(|(path, _)| {
            let end = base(path).rsplit('.').next().unwrap_or_default();
            is_own(path) && LANGUAGES.contains(&format!(" {end} "))
        });
        let asks = self.called.iter().any(|name| CLOCKS.contains(&format!(" {name} ")));
        if !of_system && !asks {
            return;
        }
        for (path, _) in entries().filter(|(path, _)| is_own(path)) {
            let Some(text) = context.text(path) else { continue };
            let name = base(path);
            let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
            let given = match () {
                () if yaml && name.contains("compose") => services(text).any(|it| is_zoned(&it)),
                () if yaml && text.contains("ontainers:") => {
                    text.lines().any(|line| line.split_whitespace().eq(["-", "name:", "TZ"]))
                }
                () => name.contains(".env") && text.lines().any(|line| line.starts_with(ZONE)),
            };
            if given {
                self.texts.push(ZONE.to_owned());
            }
        }
    }
}

/// The services of a compose file that are built, and what all of them may share.
fn services(text: &str) -> impl Iterator<Item = String> {
    let depth = |line: &str| line.find(|c| c != ' ').unwrap_or(0);
    let mut found: Vec<String> = vec![String::new()];
    let mut top = "";
    let mut own: Option<usize> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if depth(line) == 0 {
            top = line;
            own = None;
            continue;
        }
        let inside = top.starts_with("services:");
        let first = *own.get_or_insert(depth(line));
        if inside && depth(line) <= first && !line.trim_start().starts_with('#') {
            found.push(String::new());
        }
        if (inside || top.starts_with("x-"))
            && let Some(entry) = found.last_mut()
        {
            entry.push_str(line);
            entry.push('\n');
        }
    }
    let shared = found[0].clone();
    let built = |entry: &String| {
        let words = entry.split(|c: char| c.is_whitespace() || "{,".contains(c));
        let mut words = words.filter(|word| !word.is_empty());
        words.any(|word| word == "build:")
    };
    found.into_iter().skip(1).filter(built).map(move |entry| match entry.contains("<<:") {
        true => entry + &shared,
        false => entry,
    })
}

/// Whether an entry sets the variable, or hands it on: `TZ: Asia/Tokyo`, `- TZ=Asia/Tokyo`, `- TZ`.
fn is_zoned(entry: &str) -> bool {
    entry.lines().any(|line| {
        let mut rest = line;
        while let Some((front, behind)) = rest.split_once("TZ") {
            let begins = front.is_empty() || front.ends_with(|c: char| " \t\"'{[,-".contains(c));
            let value = behind.trim_start_matches(['"', '\'']).trim_start();
            if begins && !front.ends_with("${") && value.starts_with([':', '=']) {
                return true;
            }
            rest = behind;
        }
        line.trim() == "- TZ"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_given_to_what_is_built() {
        let zoned = |text: &str| services(text).any(|entry| is_zoned(&entry));
        for text in [
            "services:\n  a:\n    build: .\n    environment:\n      - TZ=Asia/Tokyo\n",
            "services:\n  a:\n    build: .\n    environment:\n      TZ: Asia/Tokyo\n",
            "services:\n  a:\n    build: .\n    environment:\n      - TZ\n",
            "services:\n  a: {build: ., environment: {TZ: Asia/Tokyo}}\n",
            "x-a: &a\n  environment:\n    TZ: Asia/Tokyo\nservices:\n  a:\n    <<: *a\n    build:\n      context: .\n",
        ] {
            assert!(zoned(text), "{text}");
        }
        for text in [
            "services:\n  a:\n    build: .\n  b:\n    image: postgres\n    environment:\n      TZ: Asia/Tokyo\n",
            "services:\n  a:\n    build: .\n    environment:\n      A: ${TZ:-UTC}\n",
        ] {
            assert!(!zoned(text), "{text}");
        }
    }
}

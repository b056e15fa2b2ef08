//! Time zones that something outside of the Dockerfile sets, for programs that ask the C library for the time.

use super::files::{Look, name_of};
use crate::facts::{is_compose, zone_of_compose};

/// Programs that show the time of the zone, or act by it.
const ASKING: &[&str] = &["cron", "crond", "date", "git", "perl", "php", "psql", "ruby"];
/// Ends of sources of languages that have no zones of their own, as those of Java and JavaScript have (ICU, "Time Zone Data").
const BY_SYSTEM: &[&str] =
    &[".c", ".cc", ".cpp", ".hs", ".lua", ".php", ".pl", ".pm", ".rb", ".rs", ".ru", ".swift"];

/// Whether a project has sources whose programs read the zones of the system.
pub(super) fn reads_zones(files: &[&str]) -> bool {
    files.iter().any(|path| BY_SYSTEM.iter().any(|end| path.ends_with(end)))
}

/// Whether a text has the name of the variable as a word.
fn names_zone(text: &str) -> bool {
    text.match_indices("TZ").any(|(at, _)| {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(part) && !text[at + 2..].starts_with(part)
    })
}

impl Look<'_, '_> {
    /// Looks at a source that starts programs: it may set their zone.
    pub(super) fn hands_zone(&mut self, text: &str) {
        if names_zone(text) {
            self.adds_zones();
        }
    }

    /// Notes a zone that settings give the container: those of compose, of Kubernetes, and files of variables.
    pub(super) fn zone_of_settings(&mut self, path: &str, text: &str) {
        let name = name_of(path);
        let bare = |line: &str| {
            line.trim_matches(|c: char| c == '-' || c == '"' || c.is_whitespace()).to_owned()
        };
        let variables = name.starts_with(".env") || name.ends_with(".env");
        let sets = |line: &str| {
            let line = bare(line);
            line.strip_prefix("export ").unwrap_or(&line).starts_with("TZ=")
        };
        self.zoned |= is_compose(name) && zone_of_compose(text)
            || variables && text.lines().any(sets)
            || text.contains("ontainers:") && text.lines().any(|line| bare(line) == "name: TZ");
    }

    /// Adds the zones where one is set and something asks for it; `asks` if a step does.
    pub(super) fn zones(&mut self, asks: bool) {
        let calls = || self.called.iter().any(|(_, name)| ASKING.contains(&name.as_str()));
        if self.zoned && (asks || self.by_system || calls()) {
            self.needs.file = None;
            self.adds_zones();
        }
    }

    fn adds_zones(&mut self) {
        for package in self.lacking.iter().filter(|package| package.name == "tzdata") {
            self.needs.add(package, self.at);
        }
    }
}

/// Whether a text of a step calls what asks for the time.
pub(super) fn asks_time<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    words.any(|word| ["cron", "crond", "date"].contains(&name_of(word)))
}

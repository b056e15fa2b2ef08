//! Settings of a project, which may name files of the system.

use super::files::{Look, name_of};
use super::texts::begun_by_values;
use crate::facts::is_compose;

impl Look<'_, '_> {
    /// Looks at settings that a program of the project may read: they name files of the system, such as certificates, and commands, where a
    /// source does not say itself what it starts.
    pub(super) fn settings(&mut self, path: &str, text: &str) {
        self.needs.file = Some(path.to_owned());
        for package in self.lacking.iter().filter(|package| !package.builds) {
            let named = |sign: &String| {
                ["/etc/ssl", "/usr/share/"].iter().any(|top| sign.starts_with(top))
                    && text.contains(sign.as_str())
            };
            if package.signs.iter().any(named) {
                self.needs.add(package, self.at);
            }
        }
        let name = name_of(path);
        if !self.untold || name.starts_with('.') && !name.starts_with(".env") || is_compose(name) {
            return;
        }
        for (word, next) in begun_by_values(text) {
            for package in self.lacking.iter().filter(|package| !package.builds) {
                let is_word = |name: &String| name == word;
                // An ordinary word is a command where an option stands behind it.
                let ordinary = next.is_some_and(|next| next.starts_with('-'));
                if package.programs.iter().any(is_word)
                    || ordinary && package.common.iter().any(is_word)
                {
                    self.needs.add(package, self.at);
                }
            }
        }
    }
}

/// Whether a file holds settings of the project, as far as its name tells, and none of editors and of those who test.
pub(super) fn is_settings(path: &str) -> bool {
    const ENDS: &[&str] =
        &[".cfg", ".conf", ".env", ".ini", ".json", ".properties", ".toml", ".yaml", ".yml"];
    let name = name_of(path);
    let aside = |part: &str| {
        part.starts_with('.')
            || matches!(part, "docs" | "node_modules" | "test" | "tests" | "vendor")
    };
    let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
    let lock = name.contains("lock") || name == "package.json";
    !lock
        && !folder.split('/').any(|part| !part.is_empty() && aside(part))
        && (ENDS.iter().any(|end| name.ends_with(end)) || name.starts_with(".env"))
}

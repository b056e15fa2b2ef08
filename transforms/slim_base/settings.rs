//! Settings of a project, which may name files of the system.

use super::files::{Look, first_words, name_of};
use super::values::{commands_in_values, named_tools, whole_paths};
use crate::facts::is_compose;
use crate::knowledge::FullPackage;

impl Look<'_, '_> {
    /// Looks at settings that a program of the project may read: they name files of the system, such as certificates and fonts, libraries,
    /// zones of time, and commands, where a source does not say itself what it starts.
    pub(super) fn settings(&mut self, path: &str, text: &str) {
        self.needs.file = Some(path.to_owned());
        for package in self.lacking.iter().filter(|package| !package.builds) {
            let named = |sign: &String| {
                ["/etc/ssl", "/usr/share/"].iter().any(|top| sign.starts_with(top))
                    && text.contains(sign.as_str())
            };
            // Fonts have names of their own.
            let font = package.name.starts_with("fonts-")
                && package.sources.iter().any(|sign| text.contains(sign.as_str()));
            if font || package.signs.iter().any(named) {
                self.needs.add(package, self.at);
            }
        }
        self.opened_by_settings(path, text);
        self.zone_of_settings(path, text);
        let name = name_of(path);
        if !self.untold || name.starts_with('.') && !name.starts_with(".env") || is_compose(name) {
            return;
        }
        for program in whole_paths(text) {
            let is_it = |name: &String| name == program;
            self.starts_by_settings(|package| {
                [&package.programs, &package.common, &package.builtins]
                    .into_iter()
                    .any(|names| names.iter().any(is_it))
            });
        }
        for program in named_tools(text) {
            self.starts_by_settings(|package| {
                !package.builds && package.common.iter().any(|name| name == program)
            });
        }
        for command in commands_in_values(text) {
            for (word, next) in command.split(['|', ';', '&']).flat_map(first_words) {
                let word = name_of(word.trim_matches(['"', '\'']));
                let is_word = |name: &String| name == word;
                // An ordinary word is a command where an option stands behind it.
                let ordinary = next.is_some_and(|next| next.starts_with('-'));
                self.starts_by_settings(|package| {
                    !package.builds
                        && (package.programs.iter().any(is_word)
                            || ordinary && package.common.iter().any(is_word))
                });
            }
        }
    }

    fn starts_by_settings(&mut self, is_used: impl Fn(&FullPackage) -> bool) {
        for package in self.lacking.iter().filter(|package| is_used(package)) {
            self.needs.add(package, self.at);
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

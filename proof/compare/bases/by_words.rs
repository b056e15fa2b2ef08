//! Commands that are named otherwise than by texts of a source: by modules of Python that hold all of them, and by settings.
//!
//! Sources: the documentation of sh and of Plumbum.

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::PACKAGES;
use super::sources::base;
use super::uses::Uses;

/// Ends of settings.
const SETTINGS: &str = " cfg conf env ini json properties toml yaml yml ";

impl Uses {
    fn takes(&mut self, name: &str) {
        for name in [name.to_owned(), name.replace('_', "-")] {
            self.words.push(name.clone());
            self.called.push(name);
        }
    }

    /// Notes what a source of Python imports from `sh` or `plumbum.cmd`, or calls as a part of `sh`.
    pub(super) fn imports_commands(&mut self, source: &str) {
        let source = source.replace("\\\n", " ");
        let mut brings_all = false;
        let mut open = false;
        for line in source.lines().map(str::trim) {
            let words: Vec<&str> =
                line.split(|c: char| !(c.is_alphanumeric() || "_.".contains(c))).collect();
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            brings_all |= words.first() == Some(&"import") && words.contains(&"sh");
            let names = match words.as_slice() {
                ["from", "sh" | "plumbum.cmd", "import", names @ ..] => {
                    open = line.contains('(');
                    names
                }
                names if open => names,
                _ => &[],
            };
            names.iter().for_each(|name| self.takes(name));
            open &= !line.contains(')');
        }
        if !brings_all {
            return;
        }
        let words = source.split(|c: char| !(c.is_alphanumeric() || "_.".contains(c)));
        for part in words.filter_map(|word| word.strip_prefix("sh.")) {
            self.takes(part.split('.').next().unwrap_or(part));
        }
    }

    /// Notes the commands with which values of settings begin, where a source starts what it does not name.
    pub(super) fn reads_commands(&mut self, context: &BuildContext) {
        if !self.says_not_all {
            return;
        }
        for (path, entry) in context.entries() {
            let name = base(path);
            let end = name.rsplit('.').next().unwrap_or_default();
            let env = name.starts_with(".env");
            let others = ["docs", "node_modules", "test", "tests", "vendor"];
            let aside = |part: &str| part.starts_with('.') || others.contains(&part);
            let folder = path.strip_suffix(name).unwrap_or_default();
            if entry.kind != ContextKind::File
                || !(env || SETTINGS.contains(&format!(" {end} ")))
                || name.starts_with('.') && !env
                || name.contains("lock")
                || name == "package.json"
                || name.contains("compose")
                || folder.split('/').any(aside)
            {
                continue;
            }
            for line in context.text(path).unwrap_or_default().lines() {
                self.begins_values(line.trim());
            }
        }
    }

    fn begins_values(&mut self, line: &str) {
        if line.starts_with(['#', ';']) {
            return;
        }
        let quotes = ['"', '\''];
        let mut values = Vec::new();
        if line.contains(quotes) {
            let mut rest = line;
            while let Some((_, behind)) = rest.split_once(quotes) {
                let (text, after) = behind.split_once(quotes).unwrap_or((behind, ""));
                if !after.trim_start().starts_with(':') {
                    values.push(text);
                }
                rest = after;
            }
        } else {
            let signs = line.find([':', '=']).map(|at| &line[at + 1..]);
            values.extend(signs.into_iter().chain(line.strip_prefix("- ")));
        }
        for command in values.into_iter().flat_map(|value| value.split([';', '&', '|'])) {
            let mut words = command.split_whitespace().filter(|word| !word.contains('='));
            let name = words.next().map_or("", base);
            let option = words.next().is_some_and(|word| word.starts_with('-'));
            let is_program = |package: &super::lacking::Package| {
                package.programs.contains(&name) || option && package.ordinary.contains(&name)
            };
            if PACKAGES.iter().any(is_program) {
                self.words.push(name.to_owned());
                if option {
                    self.called.push(name.to_owned());
                }
            }
        }
    }
}

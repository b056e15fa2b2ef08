//! Commands that are named otherwise than by texts of a source: by modules of Python that hold all of them, and by settings.
//!
//! Sources: the documentation of sh and of Plumbum.

use dockslim_contract::{BuildContext, ContextKind};

use super::lacking::{PACKAGES, is_compiler};
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
            let text = context.text(path).unwrap_or_default();
            self.names_whole_paths(text);
            self.names_tools(text);
            // The column of the key whose value goes on below.
            let mut column = usize::MAX;
            let mut long = false;
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let own = line.find(|c| c != ' ').unwrap_or(0);
                let line = line.trim();
                let quotes = line.matches("\"\"\"").count() + line.matches("\'\'\'").count();
                if own > column || long || quotes == 1 {
                    let bare = line.trim_start_matches(|c| c != '"').trim_matches(['"', '\'']);
                    self.begins_command(if quotes == 1 && !long { bare } else { line });
                    long ^= quotes == 1;
                    continue;
                }
                column = of_block(line).map_or(usize::MAX, |inner| own + inner);
                self.begins_values(line);
            }
        }
    }

    /// Notes programs that settings name by their places in the system.
    fn names_whole_paths(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
            for (at, _) in line.match_indices("bin/") {
                let front = &line[..at];
                let top = ["/", "/s", "/usr/", "/usr/s"].iter().find(|top| front.ends_with(**top));
                let Some(top) = top.map(|top| &front[..front.len() - top.len()]) else { continue };
                let own = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
                let behind = &line[at + "bin/".len()..];
                let name = &behind[..behind.find(|c| !own(c)).unwrap_or(behind.len())];
                let usr = front.ends_with("/usr/") || front.ends_with("/usr/s");
                let begins = if usr { top.trim_end_matches("/usr") } else { top };
                if begins.ends_with(|c: char| own(c) || c == '/') {
                    continue;
                }
                let of = |package: &super::lacking::Package| {
                    package.programs.contains(&name) || package.ordinary.contains(&name)
                };
                if PACKAGES.iter().any(of) || is_compiler(name) {
                    self.words.push(name.to_owned());
                    self.called.push(name.to_owned());
                }
                if name == "kill" {
                    self.words.push(super::by_file::KILL.to_owned());
                }
            }
        }
    }

    /// Notes ordinary words that settings hold as programs: their key is the same word, or it or the last one that is no deeper than the line
    /// above speaks of tools.
    fn names_tools(&mut self, text: &str) {
        let speaks = |key: &str| {
            let key = key.to_ascii_lowercase();
            let cut = |c: char| !c.is_ascii_alphanumeric();
            let mut words = key.split(cut);
            let is = |word: &str| {
                " bin binary binaries cmd command commands exe executable program programs tool tools "
                    .contains(&format!(" {word} "))
            };
            words.any(|word| !word.is_empty() && is(word))
                || ["command", "binary", "program"].iter().any(|end| key.ends_with(end))
        };
        let mut heading: Option<(usize, bool)> = None;
        for line in text.lines() {
            let depth = line.find(|c| c != ' ').unwrap_or(0);
            let bare = line.trim().trim_matches(['{', '}', ',', ' ', '-']);
            if bare.is_empty() || bare.starts_with(['#', ';']) {
                continue;
            }
            if bare.starts_with('[') && !bare.contains(',') {
                heading = Some((0, speaks(bare)));
                continue;
            }
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-/".contains(c);
            let words = || bare.split(|c| !is_plain(c)).filter(|word| !word.is_empty());
            if bare.trim_end().ends_with([':', '{']) {
                heading = Some((depth, words().next().is_some_and(&speaks)));
                continue;
            }
            let inner = heading.is_some_and(|(outer, says)| says && (outer < depth || outer == 0));
            let few = words().count() < 4;
            for (place, (key, value)) in words().zip(words().skip(1)).enumerate() {
                let named = few && (inner || key.eq_ignore_ascii_case(value))
                    || (few || place == 0) && speaks(key);
                if named && PACKAGES.iter().any(|package| package.ordinary.contains(&value)) {
                    self.words.push(value.to_owned());
                    self.called.push(value.to_owned());
                }
            }
        }
    }

    fn begins_values(&mut self, line: &str) {
        if line.starts_with(['#', ';']) {
            return;
        }
        // A list is a command whose words stand apart; a name alone is that of a section.
        if let Some((front, list)) = line.split_once('[')
            && (!front.is_empty() || list.contains([',', '"', '\'']))
        {
            let list = list.rsplit_once(']').map_or(list, |(list, _)| list);
            for list in list.split('[') {
                self.begins_command(&list.replace(['"', '\'', ','], " "));
            }
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
        values.into_iter().for_each(|value| self.begins_command(value));
    }

    fn begins_command(&mut self, text: &str) {
        for command in text.split([';', '&', '|']) {
            let all: Vec<&str> = command.split_whitespace().collect();
            self.runs_behind(&all);
            let mut words = all.into_iter().filter(|word| !word.contains('='));
            let name = words.next().map_or("", |word| base(word.trim_matches(['"', '\''])));
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

/// How far inside of a line of YAML the key stands whose text goes on below (YAML 1.2, "Block Scalar Headers").
fn of_block(line: &str) -> Option<usize> {
    let head = line.trim_end_matches(|c: char| "+-".contains(c) || c.is_ascii_digit());
    let front = head.strip_suffix(['|', '>'])?;
    let key = front.trim_start_matches(['-', ' ']);
    if key.is_empty() {
        return front.contains('-').then_some(0);
    }
    key.trim_end().ends_with(':').then(|| front.len() - key.len())
}

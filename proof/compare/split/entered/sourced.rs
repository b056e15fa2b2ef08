//! Lines of a script that read a file of the project into it: what the file says is what the script says there.

use super::super::runtime::{Runtime, below};

impl Runtime<'_, '_> {
    /// The text of a script with the texts of files where a line reads one, and the paths of these.
    pub(super) fn with_sourced(&self, text: &str) -> (String, Vec<String>) {
        let bash = text.lines().next().is_some_and(|first| first.contains("bash"));
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let (mut all, mut paths) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let words: Vec<String> =
                line.split_whitespace().map(|word| word.replace('"', "")).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let path = match words.as_slice() {
                [".", path] => Some(*path),
                ["source", path] if bash => Some(*path),
                ["[", test, one, "]", "&&", ".", two]
                    if one == two && ["-e", "-f", "-r"].contains(test) =>
                {
                    Some(*two)
                }
                _ => None,
            };
            let path =
                path.filter(|path| path.contains('/') && !path.contains(['$', '`', '*', '\'']));
            let path = path.map(|path| below(&folder, path.trim_start_matches("./")));
            let found = path.as_deref().and_then(|path| self.text_at(path));
            match path.zip(found).filter(|(path, found)| self.reads_the_same(text, path, found)) {
                Some((path, found)) => {
                    all.extend(found.lines().filter(|line| !line.starts_with('#')));
                    paths.push(path);
                }
                None => all.push(line),
            }
        }
        (all.join("\n") + "\n", paths)
    }

    /// Whether the lines of a file do in a script what they do where they are read.
    fn reads_the_same(&self, script: &str, path: &str, text: &str) -> bool {
        let sets = |line: &str| {
            let name =
                line.trim_start().trim_start_matches("export ").split('=').next()?.to_owned();
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            (plain && line.contains('=')).then_some(name)
        };
        // A script may have kept its own folder in such a variable.
        let twice = text
            .lines()
            .filter_map(sets)
            .any(|name| script.lines().filter_map(sets).any(|other| other == name));
        let other = ["BASH_SOURCE", "$0", "return", "<<", "`", "\r"];
        !twice && !other.iter().any(|sign| text.contains(sign)) && !self.is_rewritten(path)
    }
}

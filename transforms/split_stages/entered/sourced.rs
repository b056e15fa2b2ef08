//! Files of the project that a script reads into itself by `.`, as if their lines stood in it (POSIX, "Shell Command Language", `dot`).

use super::{END, Entered, Reader, own_place};
use crate::facts::{absolute, may_set};

/// What a file may not hold that is read so: it would say something else in the script itself, or is not followed.
const OTHERWISE: &[&str] = &["BASH_SOURCE", "return", "`", "<<", "\r", END];

impl Reader<'_, '_, '_> {
    /// A script with the lines of files in place of the calls that read them, and the places of these files.
    pub(super) fn read_in(
        &self,
        code: &str,
        script: &Entered<'_>,
        bash: bool,
    ) -> (String, Vec<String>) {
        let here = self.subject.folder.as_deref();
        let others = self.texts.join("\n");
        let told = own_place::written_out(code, script, here, (bash, &others));
        let (mut whole, mut places) = (String::new(), Vec::new());
        let mut read = String::new();
        let same = told.lines().count() == code.lines().count();
        for (line, told) in code.lines().zip(told.lines()).filter(|_| same) {
            let file = named(told, bash).and_then(|path| absolute(path, here));
            let text = file.as_deref().and_then(|place| self.subject.source_text(place));
            match file.zip(text) {
                Some((place, text))
                    if !OTHERWISE.iter().any(|sign| text.contains(sign))
                        && !self.is_changed(&place)
                        && !names_what_is_set(line, &read) =>
                {
                    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
                    lines.for_each(|line| {
                        read.push_str(&format!("{line}\n"));
                        whole.push_str(&format!("{line}\n"));
                    });
                    places.push(place);
                }
                _ => whole.push_str(&format!("{line}\n")),
            }
        }
        if same { (whole, places) } else { (code.to_owned(), Vec::new()) }
    }
}

/// Whether a line has a variable that a text sets.
fn names_what_is_set(line: &str, text: &str) -> bool {
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let names = line.split('$').skip(1).map(|rest| rest.trim_start_matches('{'));
    names
        .filter_map(|rest| rest.split(part).next())
        .any(|name| !name.is_empty() && may_set(text, name))
}

/// The path of the file that a line reads, and does nothing else, but that it may ask whether it is there.
fn named(line: &str, bash: bool) -> Option<&str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (asked, call) = match words.as_slice() {
        ["[", "-e" | "-f" | "-r", asked, "]", "&&", call @ ..] => (Some(*asked), call),
        call => (None, call),
    };
    let path = match call {
        [".", path] => *path,
        ["source", path] if bash => *path,
        _ => return None,
    };
    let bare = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')).unwrap_or(path);
    let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    // Without a slash a shell looks along PATH.
    (plain && bare.contains('/') && asked.is_none_or(|asked| asked == path)).then_some(bare)
}

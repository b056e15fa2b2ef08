//! How a script is started: by which shell, and with which words.

use super::{Read, reads_scripts};
use crate::facts::absolute;
use crate::split_stages::launch::base_name;

/// How many lines a script may have.
const LONGEST: usize = 300;

/// What ends the script in the text that is parsed.
pub(super) const END: &str = "END_OF_SCRIPT";

/// How a script is started.
pub(super) struct Start<'s> {
    pub(super) place: String,
    pub(super) name: String,
    pub(super) text: &'s str,
    /// What it is called.
    pub(super) zero: String,
    pub(super) arguments: Vec<String>,
    pub(super) bash: bool,
    /// Whether a failure ends it.
    pub(super) errexit: bool,
}

impl<'s> Start<'s> {
    /// The script that words start in a folder; `None` if they start none of the project.
    pub(super) fn of(
        words: &[String],
        folder: Option<&str>,
        text_of: &dyn Fn(&str) -> Option<&'s str>,
    ) -> Option<Read<Self>> {
        let (first, rest) = words.split_first()?;
        let mut letters = String::new();
        let (zero, arguments, handed) = if reads_scripts(first) {
            let options = rest.iter().take_while(|word| word.starts_with('-')).count();
            for option in &rest[..options] {
                letters.push_str(&option[1..]);
            }
            if letters.contains(|c: char| !"euxv".contains(c)) {
                return None;
            }
            let (script, rest) = rest[options..].split_first()?;
            (script, rest, Some(base_name(first) == "bash"))
        } else {
            (first, rest, None)
        };
        // A shell looks for what has no slash in its folder first, and then along PATH.
        if handed.is_none() && !zero.contains('/') {
            return None;
        }
        let place = absolute(zero, folder)?;
        let text = text_of(&place)?;
        let name = base_name(&place).to_owned();
        let refuse = |what: &str| Some(Err(format!("`{name}` {what}")));
        let line = text.lines().next().unwrap_or_default();
        let mut bash = handed == Some(true);
        let mut errexit = letters.contains('e');
        if handed.is_none() {
            // Without such a line a program of any kind may be meant.
            let line = line.strip_prefix("#!")?;
            let mut words = line.split_whitespace();
            let mut program = words.next().unwrap_or_default();
            if program == "/usr/bin/env" {
                program = words.next().unwrap_or_default();
            }
            bash = match program {
                "/bin/sh" | "/bin/dash" | "/bin/ash" | "/usr/bin/sh" | "sh" => false,
                "/bin/bash" | "/usr/bin/bash" | "bash" => true,
                _ => return refuse("is read by what is not followed"),
            };
            let options: Vec<&str> = words.collect();
            match options.as_slice() {
                [] => {}
                [one] if one.starts_with('-') && one[1..].chars().all(|c| "euxv".contains(c)) => {
                    errexit |= one.contains('e');
                }
                _ => return refuse("is read by a shell with options"),
            }
        }
        if text.contains('\r') || !text.is_ascii() && text.contains('\u{feff}') {
            return refuse("has line ends that no shell of Unix reads");
        }
        if text.lines().count() > LONGEST || text.contains(END) {
            return refuse("is long");
        }
        let (zero, arguments) = (zero.clone(), arguments.to_vec());
        Some(Ok(Self { place, name, text, zero, arguments, bash, errexit }))
    }
}

//! What a script names of its old base: programs by where they lie, files of Debian, users.

use super::super::bases::{Kind, official};
use super::super::brought::brings;
use super::super::runtime::{Place, Runtime};
use super::super::sources::ESSENTIAL;
use super::{BUILT_IN, name_of};
use crate::compare::folders::is_within;
use crate::program::{Action, visit};

/// Where images have compilers, where they have programs, and what Debian has below /etc and busybox lacks (base-files, debianutils,
/// libc-bin, login).
const COMPILERS: &str = "/usr/local/cargo /usr/local/go /usr/local/rustup";
const FOLDERS: &str = " /bin /sbin /usr/bin /usr/local/bin /usr/local/sbin /usr/sbin ";
const FILES: &str = " bash.bashrc debian_version environment gai.conf issue login.defs os-release profile shells skel timezone ";
/// Names of base-passwd that busybox has not.
const NAMES: &str = " _apt backup games irc list lp man news nogroup proxy staff uucp ";

impl Runtime<'_, '_> {
    /// The first word of a command that is there on the old base alone.
    pub(super) fn of_old_base<'w>(
        &self,
        words: &'w [String],
        kind: Kind,
        places: &[Place],
    ) -> Option<&'w str> {
        let system = !matches!(kind, Kind::Busybox | Kind::Static);
        let debian = !official(&self.old.image).contains("alpine");
        let gives = matches!(words.first().map(|word| name_of(word)), Some("chown" | "chgrp"));
        words.iter().skip(1).map(String::as_str).find(|word| {
            if COMPILERS.split(' ').any(|folder| is_within(word, folder)) {
                return true;
            }
            let (folder, name) = word.rsplit_once('/').unwrap_or(("", word));
            if !folder.is_empty() && FOLDERS.contains(&format!(" {folder} ")) {
                return !self.is_program_there(name, word, places);
            }
            let of_etc = word.strip_prefix("/etc/").and_then(|rest| rest.split('/').next());
            let file = of_etc.is_some_and(|file| FILES.contains(&format!(" {file} ")));
            let user =
                gives && word.split([':', '.']).any(|one| NAMES.contains(&format!(" {one} ")));
            debian && !system && (user || file && !self.covered(places, word))
        })
    }

    /// Whether a program is one of each system, or a step has brought it.
    fn is_program_there(&self, name: &str, word: &str, places: &[Place]) -> bool {
        const BASIC: &str =
            " bash cat chmod chown date env false grep head ls mkdir sed sh sleep tail true ";
        let mut told = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                told |= call.words.iter().any(|one| name_of(one) == name || brings(one, name));
            }
        });
        told || ESSENTIAL.contains(&name)
            || BUILT_IN.contains(&name)
            || BASIC.contains(&format!(" {name} "))
            || self.covered(places, word)
            || self.was_there(word)
    }
}

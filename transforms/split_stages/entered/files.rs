//! The files that a script names, reads and writes.

use dockslim_syntax::Dockerfile;
use dockslim_syntax::shell::{Command, CommandKind, List, Redirect, Word};

use super::super::effects::holds_others;
use super::super::launch::parent_of;
use super::super::subject::Obstacle;
use super::words::{default_of, defaults, folder_in_front, may_name_a_file};
use super::{Entered, Reader, unread};
use crate::facts::{absolute, is_within, literal_text};

/// Folders that each system has, and where a script may write.
const OF_SYSTEMS: &[&str] = &["/dev", "/proc", "/tmp"];
/// Folders that each Debian has, and busybox has not (base-files, libpam-runtime; busybox, its own folders).
const OF_DEBIAN: &[&str] = &["/run", "/var/log", "/var/run"];
/// The same below /etc, with none of those in them.
const OF_ETC: &[&str] = &["/etc/default", "/etc/profile.d", "/etc/security"];

impl Reader<'_, '_, '_> {
    /// The folder of programs of Go, with a slash at its end, of which a word starts one that a variable names. All that was built there comes along.
    pub(super) fn folder_of_programs(&self, raw: &str) -> Option<String> {
        let folder = folder_in_front(raw).filter(|_| self.subject.toolchain.name == "go")?;
        let path = absolute(&folder, self.subject.folder.as_deref())?;
        (path != "/" && !holds_others(&path)).then_some(folder)
    }

    /// What the blocks of a script read from and go through.
    pub(super) fn blocks(
        &mut self,
        script: &Entered<'_>,
        dockerfile: &Dockerfile<'_>,
        list: &List,
    ) -> Result<(), Obstacle> {
        let pipelines = list.statements.iter().flat_map(|statement| statement.pipelines());
        for command in pipelines.flat_map(|pipeline| &pipeline.commands) {
            self.block(script, dockerfile, command)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        script: &Entered<'_>,
        dockerfile: &Dockerfile<'_>,
        command: &Command,
    ) -> Result<(), Obstacle> {
        let mut lists: Vec<&List> = Vec::new();
        match &command.kind {
            CommandKind::Simple(_) => return Ok(()),
            CommandKind::Group(list) | CommandKind::Subshell(list) => lists.push(list),
            CommandKind::If { branches, otherwise } => {
                lists.extend(branches.iter().flat_map(|(condition, body)| [condition, body]));
                lists.extend(otherwise);
            }
            CommandKind::While { condition, body } => lists.extend([condition, body]),
            CommandKind::For { words, body, .. } => {
                for word in words.iter().flatten() {
                    self.names(script, dockerfile, word)?;
                }
                lists.push(body);
            }
            CommandKind::Case { arms, .. } => lists.extend(arms.iter().map(|(_, list)| list)),
            CommandKind::Function { body, .. } => self.block(script, dockerfile, body)?,
            // Its words are none of patterns of files.
            CommandKind::Test => {
                for raw in dockerfile.text(command.span).split_whitespace() {
                    let bare = raw.trim_matches(['"', '\'']);
                    if bare.contains('$') && may_name_a_file(bare) {
                        return Err(unread(script.place, &format!("names a file by `{raw}`")));
                    }
                    self.found.asides.push(vec![Some(bare.to_owned())]);
                }
            }
            CommandKind::Arithmetic => {}
        }
        for redirect in &command.redirects {
            self.redirected(script, dockerfile, redirect)?;
        }
        lists.into_iter().try_for_each(|list| self.blocks(script, dockerfile, list))
    }

    /// A word that may name a file, though no program is handed it.
    pub(super) fn names(
        &mut self,
        script: &Entered<'_>,
        dockerfile: &Dockerfile<'_>,
        word: &Word,
    ) -> Result<(), Obstacle> {
        match literal_text(dockerfile, word) {
            Some(text) => self.found.asides.push(vec![Some(text.into_owned())]),
            None => {
                let raw = dockerfile.text(word.span);
                if let Some(value) = default_of(&raw) {
                    self.found.asides.push(vec![Some(value.to_owned())]);
                } else if may_name_a_file(&raw) {
                    return Err(unread(script.place, &format!("names a file by `{raw}`")));
                } else {
                    self.found.asides.push(defaults(&raw));
                }
            }
        }
        Ok(())
    }

    /// A script writes where the new stage has a folder, and reads what is brought.
    pub(super) fn redirected(
        &mut self,
        script: &Entered<'_>,
        dockerfile: &Dockerfile<'_>,
        redirect: &Redirect,
    ) -> Result<(), Obstacle> {
        let folder = self.subject.folder.as_deref();
        let writes = dockerfile.text(redirect.operator).contains('>');
        let target = dockerfile.text(redirect.target.span);
        let target = target.trim_matches(['"', '\'']);
        if !writes && !redirect.heredoc {
            return match literal_text(dockerfile, &redirect.target) {
                Some(_) => self.names(script, dockerfile, &redirect.target),
                None if dockerfile.text(redirect.operator).contains("<<") => Ok(()),
                None => Err(unread(script.place, &format!("reads `{target}`"))),
            };
        }
        if redirect.heredoc || target.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Ok(());
        }
        let place = absolute(target, folder);
        let known = place.is_some_and(|place| self.is_writable(parent_of(&place)));
        if known { Ok(()) } else { Err(unread(script.place, "writes where nothing may be")) }
    }

    /// Whether the files that a program makes lie where the new stage has a folder.
    pub(super) fn writes_where_it_may(&mut self, words: &[Option<String>]) -> bool {
        let folder = self.subject.folder.as_deref();
        let mut operands = words.iter().map(|word| word.as_deref().unwrap_or("$"));
        operands.all(|word| {
            let place = absolute(word, folder);
            word.starts_with('-') || place.is_some_and(|place| self.is_writable(parent_of(&place)))
        })
    }

    fn is_writable(&mut self, folder: &str) -> bool {
        let own = self.subject.folder.as_deref() == Some(folder) || folder == "/etc";
        if own || OF_SYSTEMS.iter().any(|one| is_within(folder, one)) {
            return true;
        }
        let system = OF_DEBIAN.iter().any(|one| is_within(folder, one)) || OF_ETC.contains(&folder);
        self.found.needs_system |= system;
        system
    }
}

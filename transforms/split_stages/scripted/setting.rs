//! The variables and folders of a script, and its commands as they would stand in a RUN.

use std::collections::BTreeSet;

use super::Read;
use super::reader::{Item, Reader};
use super::words::quoted;
use crate::facts::absolute;

/// Variables that decide what a shell or the loader does.
const SENSITIVE: &[&str] =
    &["BASH_ENV", "CDPATH", "ENV", "HOME", "IFS", "OLDPWD", "PATH", "PWD", "SHELLOPTS", "TMPDIR"];

impl Reader<'_, '_, '_> {
    /// Whether ENV, ARG or what starts the script sets a variable.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.subject.stage.steps.get(self.done.step).is_none_or(|step| step.state.sets(name))
            || self.done.command.call.is_some_and(|call| {
                let dockerfile = self.subject.build.dockerfile;
                call.simple.assignments.iter().any(|one| dockerfile.text(one.name) == name)
            })
            // What an earlier command of the same RUN exports.
            || self.subject.done.iter().any(|other| {
                other.step == self.done.step
                    && other.command.program_name() == Some("export")
                    && other.command.text(self.subject.build.dockerfile).contains(name)
            })
    }

    /// Adds a command that is done in the folder and with the variables of this place.
    pub(super) fn emit(&mut self, text: &str, needs: &BTreeSet<String>) -> Read<()> {
        let mut needs = needs.clone();
        for (name, _, own) in self.set_by_build.iter().rev() {
            if needs.contains(name) || self.exported.contains(name) {
                needs.extend(own.iter().cloned());
            }
        }
        let stays = self.done.folder.as_deref() == Some(&self.folder);
        let make = stays && (text == "make" || text.starts_with("make "));
        let mut front = if make { String::new() } else { format!("cd {} && ", self.folder) };
        let mut set = |name: &str, value: &str| {
            let exported = self.exported.contains(name);
            if exported || needs.contains(name) {
                let export = if exported { "export " } else { "" };
                front.push_str(&format!("{export}{name}={value} && "));
            }
        };
        for (name, value) in &self.variables {
            let Some(value) = value else { continue };
            let value = quoted(value)
                .ok_or_else(|| self.refused(&format!("{name} has a value that is not plain")))?;
            set(name, &value);
        }
        for (name, raw, _) in &self.set_by_build {
            set(name, raw);
        }
        if text.contains('\n') || text.contains("<<") {
            return Err(self.refused("a command goes over several lines"));
        }
        // What make does is read in its turn, where it stands in no block.
        let text = if front.is_empty() { text.to_owned() } else { format!("({front}{text})") };
        self.items.push(Item { text, must: self.errexit });
        Ok(())
    }

    pub(super) fn set_variable(
        &mut self,
        name: &str,
        value: Option<String>,
        exported: bool,
    ) -> Read<()> {
        // What was made of its old value is made of the new one where it stands.
        if is_sensitive(name) || self.set_by_build.iter().any(|(.., needs)| needs.contains(name)) {
            return Err(self.refused(&format!("{name} is set")));
        }
        if exported || self.is_set(name) {
            self.exported.insert(name.to_owned());
        }
        self.set_by_build.retain(|(known, ..)| known != name);
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    pub(super) fn set_by_build(
        &mut self,
        name: &str,
        raw: String,
        needs: BTreeSet<String>,
        exported: bool,
    ) -> Read<()> {
        if needs.contains(name) {
            return Err(self.refused(&format!("{name} is set to what it was, and more")));
        }
        self.set_variable(name, None, exported)?;
        self.set_by_build.push((name.to_owned(), raw, needs));
        Ok(())
    }

    pub(super) fn export_again(&mut self, name: &str) {
        self.exported.insert(name.to_owned());
    }

    pub(super) fn make_folder(&mut self, folder: &str) -> Read<()> {
        self.made.extend(absolute(folder, Some(&self.folder)));
        self.emit(&format!("mkdir -p {folder}"), &BTreeSet::new())
    }
}

/// Whether a variable decides what programs are found, or what a shell does.
pub(super) fn is_sensitive(name: &str) -> bool {
    SENSITIVE.contains(&name) || name.starts_with("LD_") || name.starts_with("BASH")
}

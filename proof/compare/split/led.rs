//! Folders to which a variable of ENV has led a script, and paths that lead upwards from where a call runs.

use dockslim_contract::{BuildContext, ContextKind};

use super::runtime::Runtime;
use crate::compare::folders::{absolute, is_within};
use crate::program::{Action, Call, visit};
use crate::shell::Command;

/// Where Debian and Ubuntu have links in place of folders, or folders of their own.
const WITH_LINKS: &[&str] = &[
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr/lib",
    "/usr/share",
    "/var/lock",
    "/var/mail",
    "/var/run",
];

impl Runtime<'_, '_> {
    /// The folder of a script that went into one by a whole path with the value of ENV in it, as a shell names it (`<WORD from FOLDER>`,
    /// and what it has entered below).
    pub(super) fn entered_by_variable(&self, call: &Call<'_>) -> Option<String> {
        let inner = self.states.seen(call.state).directory.strip_prefix('<')?;
        let (word, from) = inner.split_once(" from ")?;
        let (start, behind) = from.split_once('>')?;
        if start.contains('<') {
            return None;
        }
        let target = self.meant(word, call).filter(|target| target.starts_with('/'))?;
        absolute(&format!("{target}{behind}"), "/", None)
    }

    /// A path of a call, also one that begins with `../`, where no link is known to be on the way.
    pub(super) fn led(&self, word: &str, call: &Call<'_>) -> Option<String> {
        if let Some(path) = self.path(word, call) {
            return Some(path);
        }
        let up = word.split('/').take_while(|name| *name == "..").count();
        let rest: Vec<&str> = word.split('/').skip(up).collect();
        let here = self.path(".", call).filter(|here| up > 0 && self.has_no_links(here))?;
        let names: Vec<&str> = here.split('/').filter(|name| !name.is_empty()).collect();
        let above = names.get(..names.len().checked_sub(up)?)?;
        absolute(&format!("/{}/{}", above.join("/"), rest.join("/")), "/", None)
    }

    /// Whether nothing is known to make links on the way to a folder.
    fn has_no_links(&self, folder: &str) -> bool {
        let mut entries = self.context.into_iter().flat_map(BuildContext::entries);
        if self.context.is_none()
            || entries.any(|(_, entry)| entry.kind == ContextKind::Link)
            || WITH_LINKS.iter().any(|place| is_within(folder, place))
        {
            return false;
        }
        let mut makes = false;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(copy) => makes |= copy.from.is_some(),
            Action::Call(call) => {
                let command = Command::of(&call.words);
                makes |= ["git", "ln", "tar", "unzip"].contains(&command.program());
            }
            _ => {}
        });
        !makes
    }
}

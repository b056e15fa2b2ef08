//! Paths that lead upwards from the folder of a call, such as `jar cfe ../app.jar`.

use dockslim_contract::{BuildContext, ContextKind};

use crate::facts::{absolute, is_within, parent};
use crate::split_stages::effects::{Done, Effect};
use crate::split_stages::subject::Subject;

/// Where systems have links in place of folders, or folders of their own (Debian, "usr-merge").
const OF_SYSTEM: &[&str] = &[
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

/// The absolute path that a word of a call means, also behind `../` where no folder on the way may be a link.
pub(super) fn led(subject: &Subject<'_, '_>, done: &Done<'_, '_>, word: &str) -> Option<String> {
    let folder = done.folder.as_deref();
    if let Some(path) = absolute(word, folder) {
        return Some(path);
    }
    let mut here = folder.filter(|folder| word.starts_with("../") && is_plain(subject, folder))?;
    let mut rest = word;
    while let Some(next) = rest.strip_prefix("../") {
        if here == "/" {
            return None;
        }
        (here, rest) = (parent(here), next);
    }
    absolute(rest, Some(here)).filter(|_| !rest.starts_with('/'))
}

/// Whether nothing in a stage may have made a link on the way to a folder.
fn is_plain(subject: &Subject<'_, '_>, folder: &str) -> bool {
    let mut files = subject.context.into_iter().flat_map(BuildContext::entries);
    let links = |done: &Done<'_, '_>| {
        let unpacks = matches!(done.effect, Effect::Clones(_) | Effect::Unpacks { .. });
        unpacks || matches!(done.command.program_name(), Some("git" | "ln" | "tar" | "unzip"))
    };
    subject.context.is_some()
        && !files.any(|(_, entry)| entry.kind == ContextKind::Link)
        && !OF_SYSTEM.iter().any(|place| is_within(folder, place))
        && subject.copied.iter().all(|copied| copied.from_context)
        && !subject.done.iter().any(links)
}

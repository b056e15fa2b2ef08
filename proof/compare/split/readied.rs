//! Steps that only ready what a stage brings: POSIX says what mkdir and chmod do, and every base has both.

use super::assembled::Assembled;
use crate::compare::folders::{absolute, is_within};
use crate::program::{Action, Call, Step};
use crate::shell::plain;

/// Folders of every system, in which a base has files of its own.
const OF_SYSTEMS: &str = " / /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr \
    /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/sbin /usr/share /var /var/lib /var/log ";

/// Whether a call makes folders with those above them, or changes modes, of places that are spelt out, with options that busybox has as well.
pub(super) fn readies(call: &Call<'_>) -> bool {
    let Some(words) = spelt_out(call) else { return false };
    let mut options = words.iter().filter(|word| word.starts_with('-'));
    let known = match words.first() {
        Some(&"mkdir") => options.eq([&"-p"]),
        Some(&"chmod") => options.all(|option| *option == "-R"),
        _ => false,
    };
    known && call.redirects.is_empty() && call.inner.is_empty()
}

fn spelt_out<'c>(call: &'c Call<'_>) -> Option<Vec<&'c str>> {
    let words: Vec<&str> = call.words.iter().map(|word| plain(word)).collect::<Option<_>>()?;
    let whole = |word: &&str| !word.contains(['*', '?', '[', '{', '~']);
    words.iter().all(whole).then_some(words)
}

impl<'t> Assembled<'_, 't> {
    /// What a step changes and no step puts there: another base may have none, or another one.
    pub(super) fn readies_other(&self) -> Option<String> {
        let mut own: Vec<String> =
            self.brought(Vec::new()).into_iter().map(|place| place.target).collect();
        for step in &self.old.steps {
            let call = match &step.action {
                Action::MakeFolder { path, .. } => {
                    own.push(path.to_string());
                    continue;
                }
                Action::Call(call) => call,
                _ => continue,
            };
            let words = spelt_out(call).unwrap_or_default();
            let here = &self.states.seen(call.state).directory;
            let paths = words.iter().skip(1).filter(|word| !word.starts_with('-'));
            let all: Vec<_> = paths.map(|path| absolute(path, here, None)).collect();
            if words.first() == Some(&"mkdir") {
                own.extend(all.into_iter().flatten());
                continue;
            }
            let put = |path: &str| {
                own.iter().any(|one| {
                    let mixed = |folder: &str| OF_SYSTEMS.contains(&format!(" {folder} "));
                    path == one
                        || is_within(path, one) && !mixed(one)
                        || is_within(one, path) && !mixed(path)
                })
            };
            // The first one is the mode.
            for path in all.into_iter().skip(1) {
                match path {
                    Some(path) if put(&path) => {}
                    path => return Some(path.unwrap_or_default()),
                }
            }
        }
        None
    }

    /// Whether two steps ready the same files: of what they see, only the folder, the user and the shell matter.
    pub(super) fn ready_alike(&self, one: &Step<'t>, two: &Step<'t>) -> bool {
        let same = one.demand == two.demand;
        let (Action::Call(one), Action::Call(two)) = (&one.action, &two.action) else {
            return false;
        };
        let (before, after) = (self.states.seen(one.state), self.states.seen(two.state));
        let (old, new) = (&before.surroundings, &after.surroundings);
        let plainly = old.interpreter.is_none() && old.flags.is_empty();
        let root = ["", "0", "root"].contains(&old.user.as_str());
        same && plainly
            && root
            && readies(one)
            && one.words == two.words
            && one.assignments == two.assignments
            && before.directory == after.directory
            && (&old.shell, &old.interpreter, &old.flags, &old.user)
                == (&new.shell, &new.interpreter, &new.flags, &new.user)
    }
}

//! Programs that a script chooses in a folder: all that were built there have to come.

use super::programs;
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, visit};
use crate::shell::{Command, plain};

impl Runtime<'_, '_> {
    /// The folder in front of a variable, where that is all of a word behind it, and the programs are those of Go.
    pub(super) fn folder_of_programs(&self, word: &str) -> Option<String> {
        let (folder, name) = word.rsplit_once('/')?;
        let name = name.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
        let is_name = name == "@"
            || !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let path = self.path_of_container(folder)?;
        let of_go = super::official(&self.old.image).starts_with("golang");
        let known = !folder.contains(['$', '*', '`']) && !folder.split('/').any(|it| it == "..");
        let own = path.split('/').count() > 2 && !path.starts_with("/usr/");
        (of_go && is_name && known && own).then(|| format!("{folder}/"))
    }

    fn path_of_container(&self, folder: &str) -> Option<String> {
        let here = self.folder(&self.old.configuration.directory)?;
        Some(super::runtime::below(&here, folder).trim_end_matches('/').to_owned())
    }

    /// Whether all that is in a folder was made by the compiler of Go, is linked with nothing, and is brought.
    pub(super) fn has_all_programs(&self, folder: &str, places: &[Place]) -> Result<(), String> {
        let folder = folder.trim_end_matches('/');
        let lost = |what: &str| Err(format!("a script may start what {what} in `{folder}`"));
        if !self.is_static {
            return lost("is linked with libraries");
        }
        let copies = self.old.steps.iter().any(|step| match &step.action {
            Action::Copy(copy) => {
                let target = self.folder(&copy.destination).unwrap_or_default();
                is_within(target.trim_end_matches('/'), folder)
                    || self.whole(step).is_none() && is_within(folder, target.trim_end_matches('/'))
            }
            _ => false,
        });
        if self.was_there(folder) || copies {
            return lost("the project has");
        }
        let (mut any, mut missing) = (false, None);
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let words: Vec<&str> =
                call.words.iter().map(|word| plain(word).unwrap_or_default()).collect();
            let here = self.path(".", call).unwrap_or_default();
            let builds = command.is("go") && words.contains(&"build");
            let names_folder = || {
                let mut paths = call.words.iter().skip(1).filter_map(|word| self.path(word, call));
                paths.any(|path| path != folder && is_within(&path, folder))
            };
            if builds {
                let glued = words.iter().find_map(|word| word.strip_prefix("-o="));
                let output =
                    words.windows(2).find(|two| two[0] == "-o").map(|two| two[1]).or(glued);
                let Some(output) = output else {
                    if is_within(&here, folder) {
                        missing = Some("is built".to_owned());
                    }
                    return;
                };
                let Some(path) = self.path(output, call) else {
                    missing = Some("is built".to_owned());
                    return;
                };
                if path.trim_end_matches('/') == folder {
                    any = true;
                    let names = programs::of_several(call, self.context).unwrap_or_default();
                    let gone = |name: &String| !self.covered(places, &format!("{folder}/{name}"));
                    if names.is_empty() || names.iter().any(gone) {
                        missing = Some("is built".to_owned());
                    }
                } else if is_within(&path, folder) {
                    any = true;
                    if !self.covered(places, &path) {
                        missing = Some("is built".to_owned());
                    }
                }
            } else if command.is("go") && words.contains(&"install") {
                let text = format!(
                    "{:?}",
                    self.states.seen(call.state).surroundings.environment.get("GOBIN")
                );
                if text != "None" || call.assignments.iter().any(|text| text.starts_with("GOBIN="))
                {
                    missing = Some("is installed".to_owned());
                }
            } else if !["chmod", "chown", "ls", "mkdir", "test", "[", "echo"]
                .contains(&command.program())
                && (names_folder() || is_within(&here, folder))
            {
                missing = Some("another command makes".to_owned());
            }
        });
        match missing {
            Some(what) => lost(&what),
            None if !any => lost("nobody is known to build"),
            None => Ok(()),
        }
    }
}

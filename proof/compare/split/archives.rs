//! What an ADD has unpacked keeps owners and modes of its own, which a COPY does not take along of what it names.

use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::compare::mounts::is_root_image;
use crate::program::Action;

impl Runtime<'_, '_> {
    /// Whether nothing ships of an archive in which not all belongs to root, or folders have other modes than those that a COPY makes, and
    /// nobody but root may start in one of these folders.
    pub(super) fn ships_no_archive(&self, places: &[Place]) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        let odd = |source: &str| {
            let mut archives = context.archives();
            let archive = archives.find(|(path, _)| source.strip_prefix(path) == Some("!"));
            archive.is_some_and(|(_, archive)| !archive.plain)
        };
        for step in self.old.steps.iter().filter(|step| matches!(step.action, Action::Copy(_))) {
            let Some(whole) = self.whole(step) else { continue };
            for one in whole.brings().iter().filter(|one| odd(&one.source)) {
                let holds = |path: &str| {
                    is_within(&one.target, path)
                        || whole.candidates(path).iter().any(|source| context.exists(source))
                };
                if let Some(place) = places.iter().find(|place| holds(&place.source)) {
                    let message = "has owners or modes of the archive that it was unpacked from";
                    return Err(format!("`{}` {message}", place.source));
                }
                let configuration = &self.new.configuration;
                let root = match configuration.user.split(':').next().unwrap_or_default() {
                    "" => is_root_image(&self.old.image),
                    user => matches!(user, "root" | "0"),
                };
                let starts = self.folder(&configuration.directory);
                if !root && starts.is_none_or(|path| holds(&path)) {
                    return Err("the folder that it starts in was unpacked".to_owned());
                }
            }
        }
        Ok(())
    }
}

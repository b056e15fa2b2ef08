//! Folders that WORKDIR has made: a program may look into one that nothing fills.

use super::bases::{Kind, official};
use super::runtime::{Place, Runtime};
use crate::compare::folders::is_within;
use crate::program::{Action, Step, visit};
use crate::shell::Command;

/// Folders that every image has (Filesystem Hierarchy Standard 3.0), as far as a WORKDIR is likely to name them.
const THERE: &[&str] = &[
    "",
    "/",
    "/etc",
    "/home",
    "/lib",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/local/src",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/tmp",
    "/var/www",
];

/// Folders of which nothing is expected to stay.
const PASSING: &[&str] = &[
    "/tmp",
    "/var/tmp",
    "/var/cache",
    "/var/lib/apt",
    "/root/.cache",
    "/root/.config",
    "/root/.npm",
    "/usr/local/share/.cache",
];

/// Where images of compilers keep what they have fetched: nobody makes a folder for data there.
const FETCHED: &[&str] = &["/go", "/home/gradle", "/root", "/usr"];

impl<'t> Runtime<'_, 't> {
    /// The folders that WORKDIR has made are there; of those of compiled programs, all in which nobody has built.
    pub(super) fn folders_are_there(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let all = kind.is_kin() && self.interprets() && !self.serves_files();
        let enters = |step: &Step<'t>| match &step.action {
            Action::MakeFolder { path, .. } => self.folder(path),
            _ => None,
        };
        let again: Vec<String> = self.new.steps.iter().filter_map(enters).collect();
        for step in &self.old.steps {
            let Action::MakeFolder { user, .. } = &step.action else { continue };
            let Some(path) = enters(step) else { continue };
            let within = |folders: &[&str]| folders.iter().any(|folder| is_within(&path, folder));
            let node = official(&self.old.image).starts_with("node:") && path == "/home/node";
            let passing = node || within(PASSING) || !all && within(FETCHED);
            if passing
                || THERE.contains(&&*path)
                || again.iter().any(|folder| is_within(folder, &path))
                || self.is_gone(&path)
                || !all && self.is_worked_in(&path)
            {
                continue;
            }
            if !self.covered(places, &path) && !self.leads(places, &path) {
                return Err(format!("nothing makes `{path}`, as a WORKDIR did"));
            }
            // Builders differ in whom it belongs to.
            let root = matches!(user.split(':').next(), Some("" | "root" | "0"));
            let mut alone = places.iter().filter(|place| place.target == path);
            if !root && !self.is_worked_in(&path) && alone.any(|place| place.owner.is_none()) {
                return Err(format!("`{path}` may have belonged to `{user}`"));
            }
        }
        Ok(())
    }

    /// Whether a step puts something into a folder, or runs there.
    fn is_worked_in(&self, folder: &str) -> bool {
        let near = |path: &str| is_within(path, folder) || is_within(folder, path);
        let mut works = false;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(copy) => {
                let target = self.folder(&copy.destination);
                works |= match self.whole(step) {
                    Some(whole) => whole.brings().iter().any(|one| near(&one.target)),
                    None => target.is_none_or(|target| near(target.trim_end_matches('/'))),
                };
            }
            // These only look at it, or say whose it is.
            Action::Call(call)
                if ["chgrp", "chmod", "chown", "echo", "ls", "pwd"]
                    .contains(&Command::of(&call.words).program()) => {}
            Action::Call(call) => {
                let here = self.folder(&self.states.seen(call.state).directory);
                let named =
                    |word: &str| self.path(word, call).is_some_and(|path| is_within(&path, folder));
                works |= here.is_none_or(|here| is_within(&here, folder))
                    || call.words.iter().skip(1).any(|word| word.contains('/') && named(word));
            }
            _ => {}
        });
        works
    }
}

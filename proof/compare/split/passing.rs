//! What would be missed though nothing asks for it by a copy: places where nothing is kept, links by which a program is started, and
//! folders that somebody else than root has made.

use std::collections::BTreeSet;

use super::runtime::{Place, Runtime};
use super::started::commands;
use crate::compare::folders::is_within;
use crate::program::{Action, Call, visit};
use crate::shell::Command;

/// Whether a path lies below a folder in which nobody keeps anything.
fn passes(path: &str) -> bool {
    ["/tmp/", "/var/tmp/"]
        .iter()
        .any(|folder| path.len() > folder.len() && path.starts_with(folder))
}

impl Runtime<'_, '_> {
    /// Refuses a new stage that lacks what a step has left below /tmp and something names, or that takes a link for its program or a folder
    /// from whoever has made it.
    pub(super) fn misses_nothing(&self, places: &[Place]) -> Result<(), String> {
        if let Some(path) = self.named_where_all_passes(places) {
            return Err(format!("`{path}` is named, and lies where nothing is kept"));
        }
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let last = call.words.last().and_then(|word| self.path(word, call));
            if command.is("ln")
                && let Some(place) =
                    places.iter().find(|place| Some(&place.source) == last.as_ref())
                && self.is_started(&place.target)
                && self.looks_at_itself()
            {
                problem = Some(format!("`{}` is a link to the program", place.source));
            }
            let user = &self.states.seen(call.state).surroundings.user;
            let root = matches!(user.split(':').next(), Some("" | "root" | "0"));
            if command.is("mkdir") && !root {
                let made: Vec<String> =
                    call.words.iter().skip(1).filter_map(|word| self.path(word, call)).collect();
                let bare = |place: &&Place| place.owner.is_none() && made.contains(&place.source);
                if let Some(place) = places.iter().find(bare) {
                    problem = Some(format!("`{}` belongs to whom has made it", place.source));
                }
            }
        });
        problem.map_or(Ok(()), Err)
    }

    /// Whether a source asks which file is running (Go, `os.Executable`; Rust, `current_exe`; proc(5)).
    fn looks_at_itself(&self) -> bool {
        let signs = ["os.Executable", "current_exe", "/proc/self/exe", "program_invocation_name"];
        let mut texts = self
            .context
            .into_iter()
            .flat_map(|context| context.entries().filter_map(|(path, _)| context.text(path)));
        texts.any(|text| signs.iter().any(|sign| text.contains(sign)))
    }

    /// Whether the container starts a program by this path, or by its name.
    fn is_started(&self, path: &str) -> bool {
        let here = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let first = |words: Vec<String>| words.into_iter().next();
        starts.filter_map(first).any(|word| {
            let bare = word.trim_start_matches("./");
            word == path
                || word.contains('/') && format!("{}/{bare}", here.trim_end_matches('/')) == path
                || !word.contains('/') && path.rsplit('/').next() == Some(word.as_str())
        })
    }

    fn named_where_all_passes(&self, places: &[Place]) -> Option<String> {
        let mut left: BTreeSet<String> = BTreeSet::new();
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(_) => {
                let whole = self.whole(step);
                let brought = whole.iter().flat_map(|whole| whole.brings());
                left.extend(brought.map(|one| one.target.clone()).filter(|path| passes(path)));
            }
            Action::Call(call) => self.leaves(call, &mut left),
            _ => {}
        });
        left.retain(|path| !places.iter().any(|place| is_within(path, &place.source)));
        if left.is_empty() {
            return None;
        }
        let configuration = &self.new.configuration;
        let aside = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.starts_with("Dockerfile") || name.ends_with(".md") || path.starts_with(".git")
        };
        let files = self.context.into_iter().flat_map(|context| {
            let files = context.entries().filter(|(path, _)| !aside(path));
            files.filter_map(|(path, _)| context.text(path))
        });
        let starts = configuration.starts().into_iter().flatten();
        let values = configuration.environment.values().map(String::as_str);
        let texts: Vec<&str> = files.chain(starts).chain(values).collect();
        left.into_iter().find(|path| texts.iter().any(|text| text.contains(path.as_str())))
    }

    /// Adds what a call may leave there, or takes away what it removes.
    fn leaves(&self, call: &Call<'_>, left: &mut BTreeSet<String>) {
        let command = Command::of(&call.words);
        let named = call.words.iter().skip(1).filter_map(|word| self.path(word, call));
        if command.is("rm") {
            let all = call.words.iter().any(|word| word.contains('*'));
            let gone: Vec<String> = named.collect();
            left.retain(|path| !all && !gone.iter().any(|one| is_within(path, one)));
            return;
        }
        let targets = call.redirects.iter().filter_map(|text| text.rsplit_once('>'));
        let targets = targets.filter_map(|(_, target)| self.path(target.trim(), call));
        left.extend(named.chain(targets).filter(|path| passes(path)));
    }
}

//! Programs that a container starts, and that a step has written as a text, or made of a script by another name.

use super::runtime::{Place, Runtime};
use crate::program::{Action, visit};
use crate::shell::Command;

impl Runtime<'_, '_> {
    /// The program among those that are started which is no program that was built.
    pub(super) fn text_that_starts(&self, started: &[&str], places: &[Place]) -> Option<String> {
        let mut found = None;
        let mut texts: Vec<String> = Vec::new();
        // What a COPY brings of the project, and is read where it is started.
        let read: Vec<&str> =
            started.iter().copied().filter(|path| self.script(path).is_some()).collect();
        // What one step has put there of the project, and is read as such.
        let put: Vec<&str> =
            read.iter().copied().filter(|path| self.put_there(path).is_some()).collect();
        let is_put = |place: &str| {
            put.iter()
                .any(|path| *path == place || path.rsplit_once('/').is_some_and(|it| it.0 == place))
        };
        visit(&self.old.steps, &mut |step| {
            if let Action::Copy(copy) = &step.action
                && copy.sources.iter().any(|one| self.is_script_of_project(one))
            {
                let place = self.folder(&copy.destination);
                texts.extend(place.filter(|place| !read.contains(&place.as_str())));
            }
            let Action::Call(call) = &step.action else { return };
            let command = Command::of(&call.words);
            let program = command.program();
            let targets: Vec<String> =
                call.words.iter().skip(1).filter_map(|word| self.path(word, call)).collect();
            // What a redirection writes is a text, and so is what is made of it.
            let written = call.redirects.iter().filter(|text| !text.contains('<'));
            texts.extend(written.filter_map(|text| {
                let target = text.trim_start_matches(['>', '|', ' ', '1']);
                self.path(target.trim_matches(['"', '\'']), call)
            }));
            let moves = matches!(program, "cp" | "install" | "ln" | "mv");
            let named = call.words.iter().any(|word| self.is_script_of_project(word));
            let of_text = moves && (named || targets.iter().any(|one| texts.contains(one)));
            texts.extend(targets.iter().filter(|_| program == "tee").cloned());
            texts.extend(targets.last().filter(|last| of_text && !is_put(last)).cloned());
            for path in started {
                let name = path.rsplit('/').next().unwrap_or(path);
                let source = places.iter().find(|place| place.target == **path);
                let source = source.map_or(*path, |place| place.source.as_str());
                let writes = call.redirects.iter().any(|text| {
                    let target = text.trim_start_matches(['>', '|', ' ', '1']);
                    !text.contains('<') && target.trim_matches(['"', '\'']).ends_with(name)
                });
                let named = |one: &String| one == source || one == path;
                let puts = !put.contains(path)
                    && matches!(program, "cp" | "install" | "ln" | "mv" | "rename")
                    && targets.last().is_some_and(|last| {
                        named(last)
                            || source.strip_prefix(last.as_str()) == Some(&format!("/{name}"))
                    })
                    && call.words.iter().any(|word| self.is_script_of_project(word));
                let tees = program == "tee" && targets.iter().any(named);
                let later = texts.iter().any(|one| one == source || one == path);
                if writes || puts || tees || later {
                    found.get_or_insert_with(|| (*path).to_owned());
                }
            }
        });
        found
    }

    /// Whether a file of the build context with this name says itself what runs it.
    fn is_script_of_project(&self, word: &str) -> bool {
        let name = word.rsplit('/').next().unwrap_or(word);
        self.context.is_some_and(|context| {
            context.entries().any(|(path, _)| {
                path.rsplit('/').next() == Some(name)
                    && context.text(path).is_some_and(|text| text.starts_with("#!"))
            })
        })
    }
}

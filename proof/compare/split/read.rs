//! Files that sources open by their names, whatever such files are mostly there for.

use std::collections::HashSet;

use dockslim_contract::BuildContext;

use super::runtime::{Place, Runtime, below};
use crate::program::Action;

/// Ends of sources, and parts of a project that are none of its program's.
const ENDS: &str = " c cc cpp cxx go h hpp java kt rs ";
const ASIDE: &str = " docs examples test testdata tests vendor ";

impl Runtime<'_, '_> {
    /// The files of the project that a source of a compiled program names between quotes are where it finds them.
    pub(super) fn opened_by(
        &self,
        (context, names): (&BuildContext, &HashSet<&str>),
        places: &[Place],
        path: &str,
        text: &str,
    ) -> Result<(), String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let aside = path.split('/').any(|part| ASIDE.contains(&format!(" {part} ")));
        if end.is_empty() || !ENDS.contains(&format!(" {end} ")) || aside || name.contains("_test.")
        {
            return Ok(());
        }
        if text.contains("open(__FILE__") {
            return Err(format!("{path} opens itself, and nobody copies it"));
        }
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let of_java = matches!(end, "java" | "kt");
        for line in text.lines() {
            let line = line.trim_start();
            let compiled = Self::only_compiles(line);
            let texts = line.split('"').enumerate().filter(|(at, _)| at % 2 == 1 && !compiled);
            for (_, file) in texts {
                let place = below(&folder, file);
                let made = file.starts_with("target/") || file.starts_with("build/");
                let known = names.contains(file.rsplit('/').next().unwrap_or(file));
                let lost = of_java && made || known && self.is_copied_file(context, &place);
                if !file.is_empty() && lost && !self.covered(places, &place) {
                    return Err(format!("nothing brings `{file}`, which {path} names"));
                }
            }
        }
        Ok(())
    }

    /// The names of all files of a context.
    pub(super) fn names_in(context: &BuildContext) -> HashSet<&str> {
        context.entries().filter_map(|(path, _)| path.rsplit('/').next()).collect()
    }

    /// Whether the old stage has copied a file of its context to a place.
    pub(super) fn is_copied_file(&self, context: &BuildContext, place: &str) -> bool {
        self.old.steps.iter().filter(|step| matches!(step.action, Action::Copy(_))).any(|step| {
            self.whole(step).is_some_and(|whole| {
                let all = whole.candidates(place);
                all.iter().any(|source| context.exists(source) && !context.is_folder(source))
            })
        })
    }
}

//! Links among pages, which a server follows: what they lead to is there as well.
//!
//! Sources: ln(1), cp(1); the reference of Dockerfiles, COPY.

use dockslim_contract::ContextKind;

use super::servers::Server;
use crate::compare::folders::is_within;
use crate::compare::split::runtime::{Place, Runtime};
use crate::compare::words::describe;
use crate::program::{Action, Call, Step, visit};
use crate::shell::{Command, readable};

/// Endings of programs by which projects build.
const OF_PROGRAMS: &str = " cjs js mjs mk mts pl py rb ts ";

impl<'t> Runtime<'_, 't> {
    /// What may be a link to what is not copied.
    pub(super) fn links_lead_inside(
        &self,
        server: &Server,
        places: &[Place],
    ) -> Result<(), String> {
        let links = self.links_of_context();
        if let Some(step) = self.copy_with_links() {
            return Err(format!("what {} brings may be a link", describe(step)));
        }
        for (link, whole) in &links {
            let along = whole.as_deref().is_some_and(|whole| self.covered(places, whole));
            if self.covered(places, link) && !along {
                return Err(format!("`{link}` is a link, and may lead to what is not copied"));
            }
        }
        let mut lost = None;
        visit(&self.old.steps, &mut |step| {
            if let (None, Action::Call(call)) = (&lost, &step.action) {
                let dangles = self.links_of(call).into_iter().any(|(link, target)| {
                    let there = |target: &String| {
                        self.covered(places, target)
                            || server.has(target) && !is_within(target, "/tmp")
                    };
                    self.covered(places, &link) && !target.as_ref().is_some_and(there)
                });
                if dangles || self.takes_links(step, call, &links) {
                    lost =
                        Some(format!("{} may leave a link to what is not copied", describe(step)));
                }
            }
        });
        if let Some(message) = lost {
            return Err(message);
        }
        match self.file_that_links(!links.is_empty()) {
            Some(path) => Err(format!("{path} may make links to what is not copied")),
            None => Ok(()),
        }
    }

    /// A COPY of which it is not known whether it brings links of the build context.
    fn copy_with_links(&self) -> Option<&Step<'t>> {
        let context = self.context?;
        let has = context.entries().any(|(_, entry)| entry.kind == ContextKind::Link);
        let mut steps = self.old.steps.iter().filter(|_| has);
        steps.find(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            copy.from.is_none() && self.whole(step).is_none() && self.renamed(copy).is_none()
        })
    }

    /// Where links of the build context come to lie, with the folder that then holds all of the context.
    fn links_of_context(&self) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        let Some(context) = self.context else { return found };
        for whole in self.old.steps.iter().filter_map(|step| self.whole(step)) {
            if whole.copy.from.is_some() {
                continue;
            }
            for brought in whole.brings() {
                let own = context.entry(&brought.source).map(|entry| (&*brought.source, entry));
                for (path, entry) in own.into_iter().chain(context.below(&brought.source)) {
                    if entry.kind == ContextKind::Link {
                        let rest = path[brought.source.len()..].trim_matches('/');
                        let target = brought.target.trim_end_matches('/');
                        let place = format!("{target}/{rest}").trim_end_matches('/').to_owned();
                        let all = brought.source.is_empty().then(|| brought.target.clone());
                        found.push((place, all));
                    }
                }
            }
        }
        found
    }

    /// Whether a call puts folders elsewhere with the links in them.
    fn takes_links(
        &self,
        step: &Step<'t>,
        call: &Call<'t>,
        links: &[(String, Option<String>)],
    ) -> bool {
        let words: Vec<String> = call.words.iter().map(|word| readable(word)).collect();
        let short = |letters: &[char]| {
            words.iter().any(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.contains(letters)
            })
        };
        let long = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        let keeps = match Command::of(&call.words).program() {
            "mv" | "rsync" => true,
            "cp" => {
                let all = ["--archive", "--no-dereference", "--recursive"];
                (short(&['R', 'a', 'd', 'r']) || long(&all))
                    && !short(&['L'])
                    && !long(&["--dereference"])
            }
            _ => false,
        };
        if !keeps || !matches!(step.action, Action::Call(_)) {
            return false;
        }
        let operands: Vec<_> =
            call.words.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
        let sources = operands.split_last().map_or(&[][..], |(_, sources)| sources);
        sources.iter().any(|word| {
            let shown = readable(word);
            let bare = match shown.find(['*', '?', '[']) {
                Some(0) => ".",
                Some(end) => &shown[..end],
                None => shown.as_str(),
            };
            let Some(path) = self.path(bare, call) else { return !links.is_empty() };
            let system = is_within(&path, "/usr/lib")
                || is_within(&path, "/usr/share") && !is_within(&path, "/usr/share/nginx");
            system || links.iter().any(|(link, _)| link.starts_with(&path))
        })
    }

    /// A file of the project that makes links, or may copy those that the project has.
    fn file_that_links(&self, has_links: bool) -> Option<&str> {
        let context = self.context?;
        let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let node = self.names_package(&self.old.steps, "npm")
            || ["yarn", "pnpm", "npx"].iter().any(|it| self.names_package(&self.old.steps, it));
        let make = self.names_package(&self.old.steps, "make") || node;
        let is_rules = |name: &str| match name {
            "GNUmakefile" | "Makefile" | "makefile" => make,
            "package.json" => node,
            name => name == "Rakefile",
        };
        let told = |script: &str| {
            let mut rules = context.entries().filter(|(path, _)| is_rules(&base(path)));
            let mut named =
                rules.any(|(path, _)| context.text(path).is_some_and(|text| text.contains(script)));
            visit(&self.old.steps, &mut |step| {
                if let Action::Call(call) = &step.action {
                    named |= call.words.iter().any(|word| word.contains(script));
                }
            });
            named
        };
        let mut paths = context.entries().map(|(path, _)| path);
        paths.find(|path| {
            let name = base(path);
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let program = OF_PROGRAMS.contains(&format!(" {ending} "));
            let aside = path.split('/').any(|it| it == "node_modules" || it == ".github");
            (is_rules(&name) || program || ending == "sh" && told(&name))
                && !aside
                && context.text(path).is_some_and(|text| may_link(text, has_links))
        })
    }
}

/// Whether a text makes links, or copies folders with those that are there.
fn may_link(text: &str, has_links: bool) -> bool {
    let text = text.to_lowercase();
    let by_call = text.match_indices("symlink").any(|(at, word)| {
        let before = text[..at].trim_end_matches(['_', '-']);
        let behind =
            text[at + word.len()..].trim_start_matches(['s', '"', '\'', ' ', ':', '(', '=']);
        let reads = ["follow", "is", "preserve"].iter().any(|verb| before.ends_with(verb));
        !reads && !behind.starts_with("false")
    });
    let by_shell = text.lines().any(|line| {
        let line = line.replace(['"', '\'', '`', ',', ';', '(', ')', '[', ']', '@', '&', '|'], " ");
        let words: Vec<&str> = line.split_whitespace().collect();
        words.iter().enumerate().any(|(at, word)| {
            let option = words.get(at + 1).and_then(|next| next.strip_prefix('-'));
            let has = |letters: &[char]| option.is_some_and(|option| option.contains(letters));
            match word.rsplit('/').next() {
                Some("ln_s" | "ln_sf") => true,
                Some("ln") => has(&['s']),
                Some("cp") => has_links && has(&['a', 'd', 'r']),
                Some("rsync") => has_links,
                _ => false,
            }
        })
    });
    by_call || by_shell
}

#[cfg(test)]
mod tests {
    use super::may_link;

    #[test]
    fn what_reads_links_makes_none() {
        assert!(may_link("os.symlink('a', 'b')", false) && may_link("all:\n\tln -s a b\n", false));
        assert!(!may_link("if p.is_symlink(): resolve(symlinks=False)\n", false));
        assert!(may_link("cp -a x y", true) && !may_link("cp -a x y", false));
    }
}

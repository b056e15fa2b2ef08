//! What comes from another stage of the file: where that compiles nothing, it is what this stage would have made.

use dockslim_syntax::{Arguments, Dockerfile, Instruction};

use super::needs::{Candidate, Needs};
use super::{Refusal, files, reasons};
use crate::facts::{BuildStage, BuildStep};
use crate::knowledge::{FullPackage, library_name};
use crate::split_stages::gems_need_more;
use crate::{Form, twin};

/// Images whose tags hold programs that are linked statically, and these.
const STATIC_PROGRAMS: [(&str, &[&str]); 1] = [("ghcr.io/astral-sh/uv", &["/uv", "/uvx"])];
/// How many stages may take from one another.
const MOST_STAGES: usize = 16;
/// Folders of the system: what lies there may belong to a package.
const SYSTEM: [&str; 6] = ["/usr", "/lib", "/bin", "/sbin", "/etc", "/var/lib"];
/// Folders among them that are there for projects, and empty in official images but those of PHP (Filesystem Hierarchy Standard 3.0, 4.12; docker-node, "Best Practices").
const OF_PROJECTS: [&str; 2] = ["/usr/src/", "/usr/app/"];

impl Needs {
    /// Looks at what COPY brings from elsewhere.
    pub(super) fn copies(
        &mut self,
        candidate: Candidate<'_, '_>,
        step: &BuildStep<'_>,
        lacking: &[&'static FullPackage],
    ) -> Result<(), Refusal> {
        let (build, dockerfile) = (candidate.build, candidate.build.dockerfile);
        let Some(flag) = step.instruction.flag("from", dockerfile.source) else { return Ok(()) };
        if files::are_data(dockerfile, step.instruction) {
            return Ok(());
        }
        let from = flag.value.map(|value| dockerfile.text(value)).unwrap_or_default();
        let mut words = words_of(dockerfile, step.instruction);
        let target = words.pop().unwrap_or_default();
        let image = from.split([':', '@']).next().unwrap_or_default();
        let fixed = STATIC_PROGRAMS.iter().find(|(name, _)| *name == image);
        if fixed.is_some_and(|(_, known)| words.iter().all(|word| known.contains(&&**word))) {
            return Ok(());
        }
        let line = dockerfile.line(step.instruction.span.start);
        let refuse = |why: String| {
            Err((&reasons::COPIED_PROGRAMS, format!("line {line} copies from {from}{why}")))
        };
        let own = candidate.stage.stage.index;
        let named = |other: &&BuildStage<'_>| {
            let stage = &other.stage;
            stage.name.as_deref() == Some(&*from.to_ascii_lowercase())
                || stage.index.to_string() == *from
        };
        let other = match build.stages.iter().rfind(named) {
            // Its steps are looked at with those of this stage.
            Some(other) if build.builds_on(&other.stage, own) => {
                self.brought.push(target);
                return Ok(());
            }
            Some(other) if other.stage.index < own => other,
            _ => return refuse(String::new()),
        };
        let images = other.image.as_deref().zip(candidate.stage.image.as_deref());
        let Some((theirs, ours)) = images.filter(|(theirs, ours)| are_alike(theirs, ours)) else {
            let image = other.image.as_deref().unwrap_or("another image");
            return refuse(format!(", which is built on {image}"));
        };
        let same = library_name(theirs) == library_name(ours);
        let of_system = |word: &String| {
            let path = format!("/{}", word.trim_start_matches('/'));
            let local = same && path.starts_with("/usr/local");
            let own = OF_PROJECTS.iter().any(|one| path.starts_with(one) && path.len() > one.len());
            path == "/"
                || path.contains('$')
                || !local && !own && SYSTEM.iter().any(|one| path.starts_with(one))
        };
        if let Some(word) = words.iter().find(|word| of_system(word)) {
            return refuse(format!(" what the system or its packages brought to {word}"));
        }
        // It has been looked at for another COPY.
        if self.through.contains(&other.stage.index) {
            self.brought.push(target);
            return Ok(());
        }
        let mut made = self.elsewhere();
        if made.depth > MOST_STAGES {
            return refuse(", behind too many other stages".to_owned());
        }
        let python = candidate.python.filter(|_| same);
        for stage in
            build.stages.iter().filter(|one| build.builds_on(&other.stage, one.stage.index))
        {
            let candidate = Candidate { stage, python, slim: false, ..candidate };
            for step in &stage.steps {
                if let Err((_, why)) = made.step(candidate, step, lacking) {
                    return refuse(format!(", and {why}"));
                }
            }
            made.through.push(stage.stage.index);
        }
        // What compiles there may be linked to libraries that are not here, wherever the compiler is from.
        if let Some((package, _)) = made.packages.iter().find(|(package, _)| package.builds) {
            return refuse(format!(", which uses {}", package.name));
        }
        for package in made.carried {
            self.add(package, step.instruction.span.start);
            if self.depth > 0 {
                self.carried.push(package);
            }
        }
        self.through = made.through;
        self.scripts.append(&mut made.scripts);
        made.unknown.into_iter().for_each(|what| self.note(what));
        self.brought.push(target);
        Ok(())
    }

    /// Looks at gems that another stage on the same image installs: they are linked with what slim images have.
    pub(super) fn gems(
        &mut self,
        candidate: Candidate<'_, '_>,
        line: usize,
    ) -> Result<(), Refusal> {
        match gems_need_more(candidate.build, candidate.stage, candidate.facts.context) {
            Some(what) => Err((&reasons::COPIED_PROGRAMS, format!("of its gems, {what}"))),
            None => {
                self.note(format!("what the gems of line {line} start"));
                Ok(())
            }
        }
    }

    /// Whether a path lies in what was copied from a stage that was looked at.
    pub(super) fn has_brought(&self, path: &str) -> bool {
        let plain = |path: &str| path.trim_matches(['.', '/']).to_owned();
        let path = plain(path);
        self.brought.iter().map(|target| plain(target)).any(|target| {
            let rest = path.strip_prefix(&*target);
            !target.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Whether what one image makes runs in the other: they are one, or forms of one; what is made for Node is no machine code.
fn are_alike(theirs: &str, ours: &str) -> bool {
    let (their_name, our_name) = (library_name(theirs), library_name(ours));
    let tag = theirs.rsplit(':').next();
    theirs == ours
        || their_name == Some("node")
        || (their_name.is_some()
            && their_name == our_name
            && twin(ours, Form::Slim).is_ok_and(|slim| tag == Some(&*slim.tag)))
}

fn words_of(dockerfile: &Dockerfile<'_>, copy: &Instruction) -> Vec<String> {
    match &copy.arguments {
        Arguments::Words(words) => {
            words.iter().map(|word| dockerfile.text(word.span).into_owned()).collect()
        }
        Arguments::List(list) => list.iter().map(|word| word.value.clone()).collect(),
        _ => Vec::new(),
    }
}

//! All safe rewrites for somebody who waits for them: what the passes say of a text is worked out beside the proof of it.

use dockslim_contract::{Findings, Safety};
use dockslim_proof::{Build, Prover};
use dockslim_syntax::{Dockerfile, Edits};
use dockslim_transforms::Facts;
use rayon::prelude::*;

use super::{Run, Settings};

/// What is known of a text before the passes come to it.
#[derive(Default)]
pub(super) struct Ahead<'t> {
    /// What the proof makes of it.
    pub(super) build: Option<Build<'t>>,
    /// What the passes say of it, from the one that comes next on.
    pub(super) findings: Vec<Findings>,
}

/// The text and the edits that [`super::fix_while`] comes to at the level `safe`, whatever is configured, and nothing else: passes that are
/// always bolder are not asked.
pub(crate) fn safe_while(
    dockerfile: &Dockerfile<'_>,
    settings: &Settings,
    wanted: &dyn Fn() -> bool,
) -> Option<(String, Edits)> {
    let mut run = Run { wanted, ahead: true, ..Run::new(dockerfile.source, settings) };
    run.passes.retain(|pass| pass.levels.contains(&Safety::Safe));
    run.start(Safety::Safe);
    let (build, findings) = run.with_findings(dockerfile, 0, |prover| prover.build(dockerfile));
    run.from(dockerfile, Ahead { build: Some(build), findings }, 0, 0);
    (!run.given_up).then_some((run.text, run.edits))
}

impl Run<'_> {
    /// A proof's work on a text, and, where processors are free, at the same time what the passes from number `next` on say of it.
    pub(super) fn with_findings<T>(
        &mut self,
        dockerfile: &Dockerfile<'_>,
        next: usize,
        work: impl FnOnce(&mut Prover) -> T,
    ) -> (T, Vec<Findings>) {
        if !self.ahead {
            return (work(&mut self.prover), Vec::new());
        }
        let (passes, settings) = (&self.passes[next..], self.settings);
        let mut findings = Vec::new();
        let done = rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                let context = settings.context.as_deref();
                let facts = Facts::of(dockerfile, &settings.options, context);
                let all = passes.par_iter().map(|pass| (pass.run)(&facts, &settings.options));
                findings = all.collect();
            });
            work(&mut self.prover)
        });
        (done, findings)
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::engine::fix;

    #[test]
    fn safe_rewrites_are_those_of_a_whole_run() {
        // Passes open the way for others, and for themselves; some rewrites are in the way of others, or not safe.
        let source = "FROM debian:12\nENV a b\nADD x /x\nRUN chown -R u /x\nRUN apt-get update\n\
                      RUN apt-get install -y curl\n# dockslim: keep merge-runs\nRUN a\nRUN b\nRUN c\n\
                      RUN cd /y\nRUN export d=e\nRUN set -x; f\n";
        let safe = fix(source, &Settings::default());
        assert!(safe.applied.len() > 3, "{:?}", safe.applied);
        for level in [Safety::Safe, Safety::Suggestion] {
            let settings = Settings { level, ..Settings::default() };
            let found = safe_while(&parse(source), &settings, &|| true);
            assert_eq!(found, Some((safe.text.clone(), safe.edits.clone())));
            assert_eq!(safe_while(&parse(source), &settings, &|| false), None);
        }
    }
}

//! A second opinion: an abstract build of two Dockerfiles, compared.
//!
//! It knows nothing of the passes. What it has to know of shells and package managers it has from its
//! own reading, written down a second time on purpose.

mod compare;
mod configuration;
mod display;
mod environment;
mod known;
mod layout;
mod program;
mod shell;
mod stages;
mod verdict;

pub use display::Line;
pub use layout::layout;
pub use verdict::{Accepted, Gap, Verdict};

use dockslim_contract::{BuildContext, Difference};
use dockslim_syntax::{Dockerfile, Span};

/// Whether `after` builds what `before` builds, but for [harmless](dockslim_contract::Difference::is_harmless)
/// differences. `context` is what COPY and ADD of both see; without it only what holds for every context is accepted.
pub fn prove(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
    context: Option<&BuildContext>,
) -> Verdict {
    if before.source == after.source {
        return Verdict::Equal(Vec::new());
    }
    let mut prover = Prover::default();
    let old = prover.build(before);
    let new = prover.build_like(after, &old);
    prover.compare(&old, &new, context).within(Difference::is_harmless)
}

/// Whether both files hold the same instructions, byte by byte and in one order, and are read in the same way. Then they build the same:
/// what stands between instructions means nothing.
pub fn same_instructions(before: &Dockerfile<'_>, after: &Dockerfile<'_>) -> bool {
    fn texts<'d>(file: &'d Dockerfile<'_>) -> impl Iterator<Item = &'d str> {
        let places = file.instructions().map(|(_, one)| Span::new(one.span.start, one.lines.end));
        places.map(|place| file.raw(place))
    }
    let read = |file: &Dockerfile<'_>| (file.escape, stages::frontend(file).map(str::to_owned));
    read(before) == read(after) && texts(before).eq(texts(after))
}

/// Compares several builds, each of which is worked out once. A clone goes on from there by itself.
#[derive(Clone, Debug, Default)]
pub struct Prover {
    states: shell::States,
}

/// A file, built in the mind. It can be compared with others of the same [`Prover`], or of one that was cloned from it.
#[derive(Debug)]
pub struct Build<'t>(stages::Build<'t>);

impl Prover {
    /// Builds a file in the mind.
    pub fn build<'t>(&mut self, dockerfile: &'t Dockerfile<'t>) -> Build<'t> {
        Build(stages::build(dockerfile, &mut self.states, None))
    }

    /// The same for a file that has much in common with one that this prover has built: what is the same is not worked out again.
    pub fn build_like<'t>(
        &mut self,
        dockerfile: &'t Dockerfile<'t>,
        known: &Build<'t>,
    ) -> Build<'t> {
        let same = (dockerfile.escape == known.0.escape).then(|| known::Known::of(&known.0));
        Build(stages::build(dockerfile, &mut self.states, same))
    }

    /// The normal form of a file as lines of text: what is compared, without layout, comments, and borders between RUNs.
    pub fn lines(&self, build: &Build<'_>) -> Vec<Line> {
        display::lines(&build.0, &self.states)
    }

    /// Whether `after` builds what `before` builds, but for differences of any known kind; `context` as for [`prove`].
    pub fn compare(
        &self,
        before: &Build<'_>,
        after: &Build<'_>,
        context: Option<&BuildContext>,
    ) -> Verdict {
        match compare::compare(&before.0, &after.0, &self.states, context) {
            Ok(accepted) => Verdict::Equal(accepted),
            Err(refusal) if refusal.unknown => Verdict::Unknown(refusal.gap),
            Err(refusal) => Verdict::Different(refusal.gap),
        }
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::same_instructions;

    #[test]
    fn what_stands_between_instructions_means_nothing() {
        let file = "FROM a\nRUN b \\\n  c\n";
        let same = |other: &str| same_instructions(&parse(file), &parse(other));
        assert!(same("# first\nFROM a\n\n# dockslim: keep\nRUN b \\\n  c\n"));
        for other in [
            "# escape=`\nFROM a\nRUN b \\\n  c\n",
            "# syntax=docker/dockerfile:1\nFROM a\nRUN b \\\n  c\n",
            "RUN b \\\n  c\nFROM a\n",
            "FROM a\n",
            "FROM a\nRUN b \\\n# within\n  c\n",
            "FROM a\nRUN b \\\n  c\nRUN b \\\n  c\n",
        ] {
            assert!(!same(other), "{other}");
        }
    }
}

//! A second opinion: an abstract build of two Dockerfiles, compared.
//!
//! It knows nothing of the passes. What it has to know of shells and package managers it has from its
//! own reading, written down a second time on purpose.

mod compare;
mod configuration;
mod environment;
mod program;
mod shell;
mod stages;
mod verdict;

pub use verdict::{Accepted, Gap, Verdict};

use dockslim_contract::BuildContext;
use dockslim_syntax::Dockerfile;

/// Whether `after` builds what `before` builds. `context` is what COPY and ADD of both see; without it
/// only what holds for every context is accepted.
pub fn prove(
    before: &Dockerfile<'_>,
    after: &Dockerfile<'_>,
    _context: Option<&BuildContext>,
) -> Verdict {
    if before.source == after.source {
        return Verdict::Equal(Vec::new());
    }
    let mut states = shell::States::default();
    let old = stages::build(before, &mut states);
    let new = stages::build(after, &mut states);
    match compare::compare(&old, &new, &states) {
        Ok(accepted) => Verdict::Equal(accepted),
        Err(refusal) if refusal.unknown => Verdict::Unknown(refusal.gap),
        Err(refusal) => Verdict::Different(refusal.gap),
    }
}

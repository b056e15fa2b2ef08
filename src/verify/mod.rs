//! Builds a file as it is and as it would be, and tells how the two images differ.

mod bench;
mod compare;
mod context;
mod lines;
mod progress;
mod smoke;
mod verdict;

pub(crate) use bench::{Bench, Times};
pub(crate) use compare::{Apart, Comparison, FileDifference, Unsteady, compare};
pub(crate) use context::folder_of;
pub(crate) use lines::{Step, lines_of, own_layers};
pub(crate) use progress::Progress;
pub(crate) use smoke::{Answer, Smoke};
pub(crate) use verdict::{Declared, Verdict};

use crate::builder::Engine;
use crate::image::Image;

/// A file that was built, and what came of it.
#[derive(Debug)]
pub(crate) struct Side {
    /// The name of the image.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) image: Image,
    /// For each layer its instruction; `None` for those of the base.
    pub(crate) steps: Vec<Option<Step>>,
    /// How long each build took without a cache.
    pub(crate) builds: Vec<Times>,
    /// How long each build took after a source file had changed.
    pub(crate) rebuilds: Vec<Times>,
    /// What the smoke command said.
    pub(crate) smoke: Option<Answer>,
}

/// A build that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The step, as the builder counts it.
    pub(crate) step: Option<String>,
    /// The last lines of its output.
    pub(crate) lines: Vec<String>,
}

/// All that was found out.
#[derive(Debug)]
pub(crate) struct Verification {
    /// The Dockerfile.
    pub(crate) file: String,
    /// Who built it.
    pub(crate) engine: Engine,
    /// The file that was changed, for the rebuilds.
    pub(crate) touched: Option<String>,
    /// The file as it is.
    pub(crate) before: Side,
    /// The file as it would be.
    pub(crate) after: Result<Side, Failure>,
    /// How the images differ, if there are two.
    pub(crate) comparison: Option<Comparison>,
    /// Whether images stay on this machine.
    pub(crate) kept: bool,
    /// The change of the file, as a diff.
    pub(crate) diff: String,
    /// What was to be run but could not be.
    pub(crate) note: Option<String>,
    /// What it comes to.
    pub(crate) verdict: Verdict,
}

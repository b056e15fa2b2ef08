//! Runs the passes over one file. The command line and the language server call the same function.

use dockslim_contract::Safety;
use dockslim_syntax::{Edits, Span};
use dockslim_transforms::Options;

/// What the engine is asked to do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The boldest level that is applied.
    pub level: Safety,
    /// Run only these passes; all if empty.
    pub select: Vec<String>,
    /// Do not run these passes.
    pub ignore: Vec<String>,
    /// The options of the passes.
    pub options: Options,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Safety::Safe,
            select: Vec::new(),
            ignore: Vec::new(),
            options: Options::default(),
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The text after all changes.
    pub text: String,
    /// The same changes as edits of the original text.
    pub edits: Edits,
    /// What was changed, in the order of the file.
    pub applied: Vec<Remark>,
    /// What a bolder level would change, in the order of the file.
    pub offered: Vec<Remark>,
    /// What was left alone, in the order of the file.
    pub declined: Vec<Remark>,
    /// What a builder would refuse in the original text.
    pub diagnostics: Vec<Remark>,
}

/// A sentence about a place in the original text.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The pass that speaks; empty for a diagnostic.
    pub pass: &'static str,
    /// The level of the rewrite that it speaks of.
    pub safety: Safety,
    /// The place, a byte range of the original text.
    pub at: Span,
    /// The line of that place, from 1.
    pub line: usize,
    /// For a decline the name of its reason, else empty.
    pub reason: &'static str,
    /// What and why, in lower case and without a full stop.
    pub message: String,
}

/// Runs the chosen passes over `source` until they are quiet.
pub fn fix(source: &str, settings: &Settings) -> Outcome {
    let _ = settings;
    Outcome {
        text: source.to_owned(),
        edits: Edits::new(),
        applied: Vec::new(),
        offered: Vec::new(),
        declined: Vec::new(),
        diagnostics: Vec::new(),
    }
}

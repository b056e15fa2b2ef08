//! What an earlier build has worked out already.
//!
//! Files that are compared have most of their RUNs in common. What becomes of a RUN is decided by its text, by what its shell
//! finds and by its stage: where all of these are the same, so are the steps, and they stand elsewhere at most.

use std::ops::Range;
use std::sync::Arc;

use dockslim_syntax::shell::Dialect;
use rustc_hash::FxHashMap;

use crate::program::{Block, Step};
use crate::shell::Surroundings;
use crate::stages::{Build, Stage};

/// A RUN whose script was run: what decided what became of it, and where that is.
#[derive(Clone, Debug)]
pub(crate) struct Ran<'t> {
    /// Where its keyword stands.
    pub(crate) start: usize,
    /// All of it from there on, with its here-documents.
    pub(crate) text: &'t str,
    /// Whose grammar its script was read by.
    pub(crate) dialect: Dialect,
    /// What its shell finds.
    pub(crate) surroundings: Arc<Surroundings>,
    /// How many of the volumes of its stage stand above it.
    pub(crate) volumes: usize,
    /// The number of its stage.
    pub(crate) stage: usize,
    /// The numbers of its steps there.
    pub(crate) steps: Range<usize>,
    /// What it has put in the place of the shell.
    pub(crate) interpreter: Option<String>,
}

/// The RUNs of an earlier build. Both builds number their states in the same table, and both files have the same escape character.
pub(crate) struct Known<'b, 't> {
    build: &'b Build<'t>,
    by_text: FxHashMap<&'t str, Vec<usize>>,
    /// Where the last one was found: the others mostly follow in their order.
    next: usize,
}

impl<'b, 't> Known<'b, 't> {
    pub(crate) fn of(build: &'b Build<'t>) -> Self {
        let mut by_text: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (number, ran) in build.ran.iter().enumerate() {
            by_text.entry(ran.text).or_default().push(number);
        }
        Self { build, by_text, next: 0 }
    }

    /// The steps of `ran`, a RUN of `stage`, and what it puts in the place of the shell, if the same was run before.
    pub(crate) fn find(
        &mut self,
        ran: &Ran<'_>,
        stage: &Stage<'_>,
    ) -> Option<(Block<'t>, Option<String>)> {
        let same = self.by_text.get(ran.text)?;
        let number = *same.get(same.partition_point(|number| *number < self.next))?;
        let old = &self.build.ran[number];
        let old_stage = &self.build.stages[old.stage];
        let is_same = old.dialect == ran.dialect
            && old_stage.image == stage.image
            && old_stage.volumes[..old.volumes] == stage.volumes[..ran.volumes]
            && old.surroundings == ran.surroundings;
        if !is_same {
            return None;
        }
        self.next = number + 1;
        let by = ran.start as isize - old.start as isize;
        let mut steps = old_stage.steps[old.steps.clone()].to_vec();
        if by != 0 {
            steps.iter_mut().for_each(|step| step.shift(by));
        }
        Some((steps, old.interpreter.clone()))
    }
}

impl Step<'_> {
    /// Puts it, and the steps inside, so many bytes further down, or up.
    fn shift(&mut self, by: isize) {
        self.at.start = self.at.start.saturating_add_signed(by);
        self.at.end = self.at.end.saturating_add_signed(by);
        for step in self.action.blocks_mut().into_iter().flatten() {
            step.shift(by);
        }
    }
}

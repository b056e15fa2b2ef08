//! What every pass is: a name, a page of documentation, and a function.

use dockslim_contract::{DeclineReason, Difference, Findings, Safety};

use crate::{Facts, Options};

/// A rule that forbids a rewrite, and what is in the way here.
pub(crate) type Refusal = (&'static DeclineReason, String);

/// A rewrite pass.
pub struct Transform {
    /// Its name on the command line, words joined by hyphens.
    pub name: &'static str,
    /// What it does, in one sentence without a full stop.
    pub summary: &'static str,
    /// The levels that its rewrites can have, the surest first.
    pub levels: &'static [Safety],
    /// The kinds of differences that its rewrites may make. The proof drops a rewrite that makes another one.
    pub causes: &'static [Difference],
    /// The text of its own source file, whose head is its documentation.
    pub source: &'static str,
    /// Every reason for which it leaves something alone.
    pub declines: &'static [&'static DeclineReason],
    /// The pass itself: looks at a file and proposes changes of its text.
    pub run: fn(&Facts<'_>, &Options) -> Findings,
}

impl Transform {
    /// The boldest level that its rewrites can have.
    pub fn boldest(&self) -> Safety {
        self.levels.last().copied().unwrap_or(Safety::Safe)
    }

    /// The levels that its rewrites can have, in words.
    pub fn levels(&self) -> String {
        let names: Vec<&str> = self.levels.iter().map(|level| level.name()).collect();
        names.join(", ")
    }

    /// The documentation of the pass as Markdown: the `//!` lines at the head of its file, and the
    /// rules by which it declines.
    pub fn documentation(&self) -> String {
        let head = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        let mut page: String =
            head.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect();
        page.truncate(page.trim_end().len());
        page.push_str("\n\n# Rules by which it declines\n\n");
        for reason in self.declines {
            page.push_str(&format!("- `{}`: {}\n", reason.name, reason.summary));
        }
        page
    }
}

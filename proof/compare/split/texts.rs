//! The texts of the build context, by the places where COPYs have put them.

use super::runtime::Runtime;
use crate::program::{Action, Transfer};

impl Runtime<'_, '_> {
    /// The text of the file of the build context that lies at a path.
    pub(super) fn text_at(&self, place: &str) -> Option<&str> {
        let context = self.context?;
        self.old.steps.iter().rev().find_map(|step| {
            if let Some(whole) = self.whole(step) {
                return whole.candidates(place).iter().find_map(|source| context.text(source));
            }
            let Action::Copy(copy) = &step.action else { return None };
            let to = self.folder(&copy.destination)?;
            self.renamed(copy).filter(|_| to == place)
        })
    }

    /// The text of the one file of the build context that a COPY names.
    pub(super) fn renamed(&self, copy: &Transfer<'_>) -> Option<&str> {
        let [source] = copy.sources.as_slice() else { return None };
        let plain = copy.from.is_none() && !source.contains(['*', '?', '[']);
        let source = source.trim_start_matches("./").trim_matches('/');
        self.context.filter(|_| plain)?.text(source)
    }
}

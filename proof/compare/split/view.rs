//! One stage by itself, of which is asked what is asked of the two halves of a split.

use std::cell::OnceCell;

use dockslim_contract::BuildContext;

use super::runtime::Runtime;
use crate::shell::States;
use crate::stages::Stage;

impl<'b, 't> Runtime<'b, 't> {
    /// A stage that was, and is as it was.
    pub(super) fn of_stage(
        states: &'b States,
        context: Option<&'b BuildContext>,
        stage: &'b Stage<'t>,
    ) -> Self {
        Self {
            states,
            context,
            old: stage,
            new: stage,
            build: String::new(),
            added: &[],
            is_static: false,
            tree: OnceCell::new(),
        }
    }
}

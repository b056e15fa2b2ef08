//! What people read: diffs, remarks, sums.

mod columns;
mod diff;
mod output;
mod page;
mod palette;
mod summary;
mod verification;

pub(crate) use columns::columns;
pub(crate) use diff::{diff, diff_body};
pub(crate) use output::Output;
pub(crate) use page::page;
pub(crate) use palette::Palette;
pub(crate) use summary::{Mode, Totals, bytes, declines, remarks};
pub(crate) use verification::verification;

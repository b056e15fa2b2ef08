//! What people read, diffs, remarks, sums, and what programs do.

mod columns;
mod diff;
mod formats;
mod output;
mod page;
mod palette;
mod statistics;
mod summary;
mod verification;

pub(crate) use columns::columns;
pub(crate) use diff::{Change, diff, diff_body};
pub(crate) use formats::{Collected, Entry, documentation};
pub(crate) use output::Output;
pub(crate) use page::page;
pub(crate) use palette::Palette;
pub(crate) use statistics::Statistics;
pub(crate) use summary::{Mode, Totals, bytes, declines, left, remarks, warnings};
pub(crate) use verification::{differences, verification};

//! What a pass may know about a file before it proposes anything.

mod package_calls;

pub(crate) use package_calls::{PackageCall, VerbMatch, package_call};

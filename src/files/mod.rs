//! Files: which are Dockerfiles, what is in them, and how they are replaced.

mod changed;
mod discover;
mod names;
mod read;
mod write;

pub(crate) use changed::Changes;
pub(crate) use discover::discover;
pub(crate) use names::is_dockerfile;
pub(crate) use read::{read, read_standard_input};
pub(crate) use write::{create, replace};

//! The `dockslim` command.

fn main() {}
